/** Look-ups over the packed Service Authorization Reference. Without data nothing is unknown. */
import type { PackedActionData, PackedService } from '../../action-data/index.ts'
import { globMatches } from './glob.ts'

export interface KnownAction {
  readonly service: string
  readonly name: string
  readonly accessLevel: string
  /** ARN patterns with `*` for every variable; empty: the action has no resource. */
  readonly resourcePatterns: readonly string[]
  /** Condition keys in lower case, `/${tagkey}` included. */
  readonly conditionKeys: readonly string[]
}

export interface ActionIndex {
  hasService(prefix: string): boolean
  /** All actions that a pattern such as `s3:Get*` names. */
  matching(pattern: string): readonly KnownAction[]
  /** Every ARN pattern of a service, of the resource's own service segment. */
  arnPatterns(service: string): readonly string[]
  /** Type of a service's condition key (`s3:prefix`), undefined if it has none such. */
  conditionKeyType(key: string): string | undefined
}

/** `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}` → `arn:*:sqs:*:*:*`; `<key>` likewise. */
export function arnPatternOf(arn: string): string {
  return arn.replace(/\$\{[^}]*\}|<[^>]*>/g, '*')
}

const cache = new WeakMap<PackedActionData, ActionIndex>()

export function indexActions(data: PackedActionData): ActionIndex {
  const known = cache.get(data)
  if (known !== undefined) return known
  const index = buildIndex(data)
  cache.set(data, index)
  return index
}

function buildIndex(data: PackedActionData): ActionIndex {
  const actions = new Map<string, readonly KnownAction[]>()
  const patterns = new Map<string, string[]>()
  for (const service of Object.values(data.services)) {
    for (const [, arn] of service.resourceTypes) {
      const arnService = arn.split(':')[2] ?? ''
      patterns.set(arnService, [...(patterns.get(arnService) ?? []), arnPatternOf(arn)])
    }
  }
  const actionsOf = (service: string) => {
    const packed = data.services[service]
    if (packed === undefined) return []
    const built = actions.get(service) ?? packed.actions.map(unpack(service, packed))
    actions.set(service, built)
    return built
  }
  return {
    hasService: (prefix) => Object.hasOwn(data.services, prefix.toLowerCase()),
    matching: (pattern) => {
      if (pattern === '*') return Object.keys(data.services).flatMap(actionsOf)
      const colon = pattern.indexOf(':')
      const name = pattern.slice(colon + 1).toLowerCase()
      return actionsOf(pattern.slice(0, colon).trim().toLowerCase()).filter((action) =>
        globMatches(name, action.name.toLowerCase()),
      )
    },
    arnPatterns: (service) => patterns.get(service) ?? [],
    conditionKeyType: (key) => {
      const colon = key.indexOf(':')
      return keyType(data.services[key.slice(0, colon).toLowerCase()], key.toLowerCase())
    },
  }
}

function keyType(service: PackedService | undefined, key: string): string | undefined {
  return service?.conditionKeys.find(([name]) =>
    globMatches(arnPatternOf(name).toLowerCase(), key),
  )?.[1]
}

function unpack(service: string, packed: PackedService) {
  return ([name, accessLevel, types, keys]: PackedService['actions'][number]): KnownAction => ({
    service,
    name,
    accessLevel,
    resourcePatterns: types.map((type) => arnPatternOf(packed.resourceTypes[type]?.[1] ?? '*')),
    conditionKeys: keys.map((key) => (packed.conditionKeys[key]?.[0] ?? '').toLowerCase()),
  })
}
