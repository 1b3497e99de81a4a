/** What a simulation may be asked. Source: IAM API Reference, SimulateCustomPolicy. */
import { resourceTemplates } from '@bailiwick/policy'
import type { PackedActionData } from '@bailiwick/policy/action-data'
import { parseArn } from '../../domain/arn.ts'
import { ApiError } from '../api-error.ts'

function invalid(message: string): ApiError {
  return new ApiError('InvalidInput', message)
}

/**
 * The resources to simulate: ARNs, or `*` alone, which stands for all. Errors: InvalidInput.
 * Source: recorded answers.
 */
export function simulatedResources(arns: readonly string[] = []): readonly string[] {
  if (arns.length === 0 || (arns.length === 1 && arns[0] === '*')) return ['*']
  const bad = arns.find((arn) => parseArn(arn) === undefined)
  if (bad === undefined) return arns
  throw invalid(`ResourceNames are not in a valid ARN format: ${bad}.`)
}

/**
 * Errors: InvalidInput for an action without a service, for a pattern, and, where resources are
 * named, for actions that are known beside some that are not: with those, nobody knows what they
 * are authorized on. Source: recorded answers; the two groups are as users report them, and
 * that the Service Authorization Reference tells them apart is chosen by us. That patterns are
 * refused is documented; the wording is chosen by us.
 */
export function assertActions(
  actions: readonly string[],
  isForAll: boolean,
  actionData: PackedActionData,
): void {
  if (actions.length === 0) throw invalid('At least one action name is required.')
  for (const action of actions) {
    if (!action.includes(':')) throw invalid('The action is invalid since it is missing names')
    if (/[*?]/.test(action))
      throw invalid(`Wildcards are not supported in action names: ${action}.`)
  }
  if (isForAll) return
  const isKnown = (action: string) => resourceTemplates(action, actionData) !== undefined
  const known = actions.filter(isKnown)
  const unknown = actions.filter((action) => !isKnown(action))
  if (known.length === 0 || unknown.length === 0) return
  const groups = `[${known.join(',')}] and [${unknown.join(',')}]`
  throw invalid(`Invalid Input Actions: ${groups} require different authorization information.`)
}

const instance = ['instance', 'image', 'security-group']
const inVpc = [...instance, 'network-interface']

/** What each EC2 scenario launches an instance with. */
const scenarios: Readonly<Record<string, readonly string[]>> = {
  'EC2-Classic-InstanceStore': instance,
  'EC2-Classic-EBS': [...instance, 'volume'],
  'EC2-VPC-InstanceStore': inVpc,
  'EC2-VPC-InstanceStore-Subnet': [...inVpc, 'subnet'],
  'EC2-VPC-EBS': [...inVpc, 'volume'],
  'EC2-VPC-EBS-Subnet': [...inVpc, 'subnet', 'volume'],
}

/**
 * Errors: InvalidInput for an option or an action that is no EC2 scenario's, and for a scenario
 * without one of its resources, as documented; AWS has been seen to let those pass. Without
 * resources the option has no meaning: recorded.
 */
export function assertScenario(
  option: string,
  actions: readonly string[],
  resources: readonly string[],
): void {
  const wrong = 'Invalid input resource handling options.'
  const needed = Object.hasOwn(scenarios, option) ? scenarios[option] : undefined
  if (!needed) throw invalid(`${wrong} There is no such option: ${option}.`)
  const other = actions.find((action) => action.toLowerCase() !== 'ec2:runinstances')
  if (other !== undefined) {
    throw invalid(`${wrong} Action does not support resource handling options: ${other}.`)
  }
  const isThere = (type: string) =>
    resources.some((arn) => {
      const parsed = parseArn(arn)
      return parsed?.service === 'ec2' && parsed.resource.startsWith(`${type}/`)
    })
  const missing = needed.filter((type) => !isThere(type))
  if (missing.length > 0)
    throw invalid(`${wrong} ${option} requires resources of type: ${missing.join(', ')}.`)
}

/** The account of ResourceOwner, `arn:aws:iam::111122223333:root`. Errors: InvalidInput. */
export function ownerAccountId(owner: string): string {
  const arn = parseArn(owner)
  const isAccount = arn?.service === 'iam' && arn.resource === 'root'
  if (isAccount && /^\d{12}$/.test(arn.accountId)) return arn.accountId
  throw invalid(`'${owner}' is not a valid as a Resource Owner.`)
}
