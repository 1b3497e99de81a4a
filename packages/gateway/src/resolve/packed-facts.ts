/** As tools/action-data/pack-resolution.ts writes it. */
export interface PackedFacts {
  readonly source: string
  readonly services: Readonly<
    Record<
      string,
      {
        /** Name, and the ARN patterns of the type. */
        readonly types: readonly (readonly string[])[]
        /** Condition keys of the service, without the global ones but for the resource's tags. */
        readonly keys: readonly string[]
        /** By name: types that are required, types that may come along, condition keys. */
        readonly actions: Readonly<
          Record<
            string,
            readonly [
              required: readonly number[],
              optional: readonly number[],
              keys: readonly number[],
            ]
          >
        >
      }
    >
  >
}
