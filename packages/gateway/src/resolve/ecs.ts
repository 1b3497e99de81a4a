import type { Check } from '../operation.ts'
import { checkOn, checksByFacts } from './by-facts.ts'
import { deployedIn } from './ecs-keys.ts'
import { factsOf } from './facts.ts'
import { anyText, type ForwardedCall, Unresolvable } from './forwarded-call.ts'
import { valuesAt } from './values-at.ts'

/** ECS: a task definition comes as its family, with or without a revision, or as its ARN. */
export function resolveEcs(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  const action = `ecs:${operation.name}`
  const kinds = (factsOf(action)?.types ?? []).filter(
    ({ name, required }) => required && name.endsWith('definition'),
  )
  const [kind] = kinds
  if (kinds.length !== 1 || kind === undefined) return checksByFacts(withDeployed(call), action)
  const members = ['taskDefinition', 'taskDefinitions', 'daemonTaskDefinition', 'family']
  const given = members.flatMap((member) => valuesAt(input, member))
  if (given.length === 0) throw new Unresolvable('The request names no task definition')
  return given.map((value) => checkOn(call, action, definitionArn(call, kind.name, value)))
}

/** Whose deployment or revision a call names is one of its resources, too. */
function withDeployed(call: ForwardedCall): ForwardedCall {
  const { input } = call
  const ofServices = ['serviceDeploymentArn', 'serviceDeploymentArns', 'serviceRevisionArns']
  const ofDaemons = ['daemonDeploymentArns', 'daemonRevisionArns']
  const deployed = (members: readonly string[]) =>
    members.flatMap((member) => valuesAt(input, member)).map(deployedIn)
  const [service, daemonArn] = [deployed(ofServices), deployed(ofDaemons)]
  const more = {
    ...(service.length > 0 && { service }),
    ...(daemonArn.length > 0 && { daemonArn }),
  }
  return { ...call, input: { ...input, ...more } }
}

function definitionArn(call: ForwardedCall, kind: string, given: string): string {
  const { partition, region, accountId } = call
  const whole = /^arn:[a-z-]+:ecs:[a-z0-9-]+:\d{12}:([a-z-]+)\/[A-Za-z0-9_-]+:\d+$/.exec(given)
  if (whole?.[1] === kind) return given
  const parts = /^([A-Za-z0-9_-]+)(?::(\d+))?$/.exec(given)
  if (parts === null || accountId === '') throw new Unresolvable(`${given} is no ${kind}`)
  return `arn:${partition}:ecs:${region}:${accountId}:${kind}/${parts[1]}:${parts[2] ?? anyText}`
}
