import packed from './facts.json' with { type: 'json' }
import type { PackedFacts } from './packed-facts.ts'

export interface ResourceType {
  readonly name: string
  /** `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`; some types have two. */
  readonly patterns: readonly string[]
  readonly required: boolean
}

export interface ActionFacts {
  /** `s3:GetObject`, as AWS writes it. */
  readonly action: string
  readonly types: readonly ResourceType[]
  /** The service's own condition keys that AWS sets for it, as AWS writes them. */
  readonly keys: readonly string[]
}

/** What the Service Authorization Reference says, by action in lower case. */
const facts: ReadonlyMap<string, ActionFacts> = new Map(
  Object.entries((packed as unknown as PackedFacts).services).flatMap(([service, held]) =>
    Object.entries(held.actions).map(([name, [required, optional, keys]]) => {
      const typeOf = (index: number, isRequired: boolean): ResourceType => {
        const [typeName = '', ...patterns] = held.types[index] ?? []
        return { name: typeName, patterns, required: isRequired }
      }
      const action = `${service}:${name}`
      const types = [
        ...required.map((index) => typeOf(index, true)),
        ...optional.map((index) => typeOf(index, false)),
      ]
      return [
        action.toLowerCase(),
        { action, types, keys: keys.map((index) => held.keys[index] ?? '') },
      ] as const
    }),
  ),
)

/** What AWS says of an action, in any case; undefined where AWS has no such action. */
export function factsOf(action: string): ActionFacts | undefined {
  return facts.get(action.toLowerCase())
}

/** Of all actions of a service, by its prefix. */
export function factsOfService(service: string): readonly ActionFacts[] {
  return [...facts.values()].filter(({ action }) => action.startsWith(`${service}:`))
}
