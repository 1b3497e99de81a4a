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

type ServiceFacts = PackedFacts['services'][string]

const services = (packed as unknown as PackedFacts).services
/** By action without its service, in lower case; of services that were asked for. */
const unpacked = new Map<string, ReadonlyMap<string, ActionFacts>>()

/** What the Service Authorization Reference says of the actions of a service. */
function factsByName(service: string): ReadonlyMap<string, ActionFacts> {
  const known = unpacked.get(service)
  if (known !== undefined) return known
  const held = Object.hasOwn(services, service) ? services[service] : undefined
  const facts = held === undefined ? new Map<string, ActionFacts>() : unpack(service, held)
  if (held !== undefined) unpacked.set(service, facts)
  return facts
}

function unpack(service: string, held: ServiceFacts): ReadonlyMap<string, ActionFacts> {
  const typeOf = (index: number, required: boolean): ResourceType => {
    const [name = '', ...patterns] = held.types[index] ?? []
    return { name, patterns, required }
  }
  return new Map(
    Object.entries(held.actions).map(([name, [required, optional, keys]]) => {
      const types = [
        ...required.map((index) => typeOf(index, true)),
        ...optional.map((index) => typeOf(index, false)),
      ]
      const action = `${service}:${name}`
      return [
        name.toLowerCase(),
        { action, types, keys: keys.map((index) => held.keys[index] ?? '') },
      ]
    }),
  )
}

/** What AWS says of an action, in any case; undefined where AWS has no such action. */
export function factsOf(action: string): ActionFacts | undefined {
  const folded = action.toLowerCase()
  const colon = folded.indexOf(':')
  return factsByName(folded.slice(0, colon)).get(folded.slice(colon + 1))
}

/** Of all actions of a service, by its prefix. */
export function factsOfService(service: string): readonly ActionFacts[] {
  return [...factsByName(service).values()]
}
