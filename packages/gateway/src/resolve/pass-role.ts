import type { Shape } from '@bailiwick/wire'
import type { Check } from '../operation.ts'
import { accountOf, at, type ForwardedCall, list, text, Unresolvable } from './forwarded-call.ts'

/**
 * Whom a role is passed to, by service; more exactly by operation, or by member.
 * Source: IAM User Guide, "Granting a user permissions to pass a role to an AWS service"; where the
 * service's guide is silent, its own principal (chosen by us).
 */
const passedTo: Readonly<Record<string, string>> = {
  apigateway: 'apigateway.amazonaws.com',
  cloudtrail: 'cloudtrail.amazonaws.com',
  cloudwatch: 'cloudwatch.amazonaws.com',
  'cloudwatch:PutMetricStream': 'streams.metrics.cloudwatch.amazonaws.com',
  'cognito-idp': 'cognito-idp.amazonaws.com',
  dynamodb: 'application-autoscaling.amazonaws.com',
  ecr: 'ecr.amazonaws.com',
  ecs: 'ecs.amazonaws.com',
  'ecs.taskRoleArn': 'ecs-tasks.amazonaws.com',
  'ecs.executionRoleArn': 'ecs-tasks.amazonaws.com',
  events: 'events.amazonaws.com',
  firehose: 'firehose.amazonaws.com',
  guardduty: 'malware-protection-plan.guardduty.amazonaws.com',
  kinesis: 'kinesis.amazonaws.com',
  lakeformation: 'lakeformation.amazonaws.com',
  lambda: 'lambda.amazonaws.com',
  logs: 'logs.amazonaws.com',
  s3: 's3.amazonaws.com',
  secretsmanager: 'secretsmanager.amazonaws.com',
  sns: 'sns.amazonaws.com',
  ssm: 'ssm.amazonaws.com',
  states: 'states.amazonaws.com',
}

/** A role as a member holds it, and the member's name. */
type Handed = readonly [role: string, member: string]

/**
 * A check `iam:PassRole` for each role that a call hands over: every member that is named for a
 * role, wherever it stands, and the few that hold one under another name.
 */
export function roleChecks(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  const found = operation.input === undefined ? [] : rolesIn(operation.input, input)
  const checks = [...found, ...otherRoles(call)].map((handed) => passRole(call, handed))
  const byArn = new Map(checks.map((check) => [JSON.stringify(check), check]))
  return [...byArn.values()]
}

function rolesIn(shape: Shape, value: unknown, depth = 0): readonly Handed[] {
  if (value === undefined || value === null || depth > 16) return []
  if (shape.kind === 'list') {
    return list(value).flatMap((each) => rolesIn(shape.member, each, depth + 1))
  }
  if (shape.kind !== 'structure') return []
  return shape.members.flatMap((member): readonly Handed[] => {
    const held = at(value, member.name)
    // Cognito's `SnsCallerArn` is a role by another name.
    const isRole =
      /(role(arn)?|^snscallerarn)$/i.test(member.name) && member.shape.kind === 'string'
    if (!isRole) return rolesIn(member.shape, held, depth + 1)
    const role = text(held)
    return role === undefined ? [] : [[role, member.name]]
  })
}

/** Roles in members that are named for something else. */
function otherRoles({ service, operation, input }: ForwardedCall): readonly Handed[] {
  if (service === 'apigateway') {
    const patched = list(input.patchOperations).map((patch) => at(patch, 'value'))
    return [input.credentials, input.authorizerCredentials, ...patched].flatMap((value) => {
      const role = text(value)
      return role !== undefined && /:iam::\d{12}:role\//.test(role) ? [[role, 'credentials']] : []
    })
  }
  if (service === 'sns') {
    const attributes = Object.entries(Object(input.Attributes) as Record<string, unknown>)
    if (typeof input.AttributeName === 'string') {
      attributes.push([input.AttributeName, input.AttributeValue])
    }
    return attributes.flatMap(([name, value]) => {
      const role = text(value)
      return role !== undefined && /RoleArn$/i.test(name) ? [[role, name]] : []
    })
  }
  if (service === 'ssm' && /^Start(Automation|ChangeRequest)/.test(operation.name)) {
    const roles = list(at(input, 'Parameters', 'AutomationAssumeRole'))
    return roles.flatMap((role) => (text(role) ? [[String(role), 'AutomationAssumeRole']] : []))
  }
  return []
}

function passRole(call: ForwardedCall, [given, member]: Handed): Check {
  const { service, operation, partition, accountId } = call
  const isName = /^[\w+=,.@/-]+$/.test(given) && accountId !== ''
  const role = isName
    ? `arn:${partition}:iam::${accountId}:role/${given.replace(/^\//, '')}`
    : given
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(role)) {
    throw new Unresolvable(`${given} is not the ARN of a role`)
  }
  const owner = accountOf(role)
  const to =
    passedTo[`${service}:${operation.name}`] ??
    passedTo[`${service}.${member}`] ??
    passedTo[service]
  return {
    action: 'iam:PassRole',
    resourceArn: role,
    ...(owner !== undefined && { resourceAccountId: owner }),
    contextKeys: { 'iam:PassedToService': to },
    unknown: {
      resource: false,
      contextKeys: ['iam:AssociatedResourceArn', 'aws:ResourceTag/', 'iam:ResourceTag/'],
    },
  }
}
