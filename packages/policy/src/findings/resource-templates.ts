import type { PackedActionData } from '../../action-data/index.ts'
import { arnPatternOf } from './action-index.ts'
import { globMatches } from './glob.ts'

/**
 * The ARNs of what an action is authorized on, as templates: `arn:${Partition}:sqs:${Region}:…`.
 * Empty for an action without resources; undefined for one that the data does not know. Case of the
 * action does not matter. Source: Service Authorization Reference.
 */
export function resourceTemplates(
  action: string,
  actionData: PackedActionData,
): readonly string[] | undefined {
  const [prefix = '', name = ''] = action.toLowerCase().split(':')
  const service = Object.hasOwn(actionData.services, prefix)
    ? actionData.services[prefix]
    : undefined
  const known = service?.actions.find(([known]) => known.toLowerCase() === name)
  if (!service || !known) return undefined
  return known[2].flatMap((type) => service.resourceTypes[type]?.[1] ?? [])
}

/** Whether an ARN is one of the template's. */
export function fitsTemplate(template: string, arn: string): boolean {
  return globMatches(arnPatternOf(template), arn)
}
