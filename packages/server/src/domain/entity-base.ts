/** 12 digits, never a number. */
export type AccountId = string

export interface Tag {
  readonly Key: string
  readonly Value: string
}

export /** What every entity has. */
interface EntityBase {
  readonly accountId: AccountId
  /** The unique id: AIDA…, AROA…, AGPA…, ANPA…, AKIA… or one of ours where AWS shows none. */
  readonly id: string
  readonly name: string
  /** `/` where the kind has no paths. */
  readonly path: string
  /** Owner within the account: the user of an access key, the policy of a version. */
  readonly parentId?: string
  readonly createdAt: Date
  /** In the order given. */
  readonly tags: readonly Tag[]
}
