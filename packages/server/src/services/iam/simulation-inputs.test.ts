import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApiError } from '../api-error.ts'
import { openIam } from './testing/iam-house.ts'
import { simulationContext } from './simulation-context.ts'
import { allow, deny, document, objectA, statement } from './testing/simulation.ts'
import type { CustomInput } from './testing/simulation.ts'

// Goal: what a simulation refuses, and how it says so. Source: recorded refusals of
// SimulateCustomPolicy (2026-09), except for rows that say otherwise.

type Entry = NonNullable<CustomInput['ContextEntries']>[number]
type EntryType = NonNullable<Entry['ContextKeyType']>

const entry = (ContextKeyType: EntryType, ...ContextKeyValues: string[]): Entry => ({
  ...{ ContextKeyName: 'app:key', ContextKeyValues, ContextKeyType },
})
const caller = 'arn:aws:iam::111122223333:user/Ann'
const ec2 = (type: string) => `arn:aws:ec2:us-east-1:111122223333:${type}/x`
const inVpc = ['instance', 'image', 'security-group', 'network-interface'].map(ec2)
const scenario = (ResourceHandlingOption: string, ResourceArns: string[] = inVpc) => ({
  ...{ ActionNames: ['ec2:RunInstances'], ResourceHandlingOption, ResourceArns },
})
const resourcePolicy = document(statement({ Principal: '*', Resource: objectA }))
const withResourcePolicy = { ResourcePolicy: resourcePolicy, ResourceArns: [objectA] }
const handling = 'Invalid input resource handling options.'

const rows: readonly [what: string, input: Partial<CustomInput>, message: string][] = [
  [
    'a policy that is no JSON; the reason is ours',
    { PolicyInputList: [allow, '{'] },
    'Policy input list item 2 has invalid content: Syntax errors in policy.',
  ],
  [
    'two boundaries',
    { PermissionsBoundaryPolicyInputList: [allow, deny] },
    'The list of Permissions Boundary policies cannot exceed 1 items.',
  ],
  [
    'a level without a control policy',
    { OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [] }] },
    'Organization policy at index 1 must contain at least one service control policy',
  ],
  [
    'an action without a service',
    { ActionNames: ['GetObject'] },
    'The action is invalid since it is missing names',
  ],
  [
    'documented, worded by us: a pattern of actions',
    { ActionNames: ['s3:Get*'] },
    'Wildcards are not supported in action names: s3:Get*.',
  ],
  ['chosen by us: no action', { ActionNames: [] }, 'At least one action name is required.'],
  [
    'as users report it: an unknown action beside a known one, on a resource',
    { ActionNames: ['s3:GetObject', 's3:MadeUp', 'iam:PassRole'], ResourceArns: [objectA] },
    'Invalid Input Actions: [s3:GetObject,iam:PassRole] and [s3:MadeUp] require different authorization information.',
  ],
  [
    'a resource that is no ARN',
    { ResourceArns: [objectA, 'not-an-arn'] },
    'ResourceNames are not in a valid ARN format: not-an-arn.',
  ],
  [
    'all resources beside one',
    { ResourceArns: ['*', objectA] },
    'ResourceNames are not in a valid ARN format: *.',
  ],
  [
    'an owner that is no ARN',
    { ResourceOwner: '123456789012' },
    "'123456789012' is not a valid as a Resource Owner.",
  ],
  [
    'an owner that is no account',
    { ResourceOwner: caller },
    `'${caller}' is not a valid as a Resource Owner.`,
  ],
  [
    'a caller that is a session',
    { CallerArn: 'arn:aws:sts::111122223333:assumed-role/App/s' },
    'Invalid caller - Caller must be an IAM user, role or group in this context.',
  ],
  [
    'a resource policy without a caller',
    withResourcePolicy,
    'Invalid caller - Caller cannot be null or empty.',
  ],
  [
    'documented, worded by us: a resource policy and a role',
    { ...withResourcePolicy, CallerArn: 'arn:aws:iam::111122223333:role/App' },
    'Invalid caller - Caller must be an IAM user where there is a resource policy.',
  ],
  [
    'a resource policy and all resources',
    { ResourcePolicy: resourcePolicy, CallerArn: caller },
    'Invalid Entity Arn: * does not clearly define entity type and name.',
  ],
  [
    'an action that is no scenario’s',
    { ...scenario('EC2-VPC-InstanceStore'), ActionNames: ['s3:GetObject'] },
    `${handling} Action does not support resource handling options: s3:GetObject.`,
  ],
  [
    'worded by us: an option that there is not',
    scenario('fictional'),
    `${handling} There is no such option: fictional.`,
  ],
  [
    'documented, worded by us: a scenario without its resources',
    scenario('EC2-VPC-EBS-Subnet'),
    `${handling} EC2-VPC-EBS-Subnet requires resources of type: subnet, volume.`,
  ],
  [
    'two values of a key that has one',
    { ContextEntries: [entry('string', 'a', 'b')] },
    'Context key string expected a single value, but received 2.',
  ],
  [
    'a key that comes twice, ignoring case',
    {
      ContextEntries: [
        entry('string', 'a'),
        { ...entry('string', 'b'), ContextKeyName: 'APP:Key' },
      ],
    },
    'Duplicate context key: APP:Key.',
  ],
]

for (const [what, input, message] of rows) {
  test(`refused: ${what}`, async () => {
    const { refuses } = await openIam()
    const all = { PolicyInputList: [allow], ActionNames: ['s3:GetObject'], ...input }
    await refuses('SimulateCustomPolicy', all, 'InvalidInput', message)
  })
}

const accepted: readonly [what: string, input: Partial<CustomInput>][] = [
  ['one boundary', { PermissionsBoundaryPolicyInputList: [allow] }],
  ['unknown and known actions, on no resource', { ActionNames: ['s3:GetObject', 'madeup:Do'] }],
  [
    'actions of several services',
    {
      ActionNames: ['s3:GetObject', 'iam:GetUser', 'sts:GetCallerIdentity'],
      ResourceArns: [objectA],
    },
  ],
  ['unknown actions alone', { ActionNames: ['s3:MadeUp', 'a:b'], ResourceArns: [objectA] }],
  ['an option without resources', { ResourceHandlingOption: 'fictional' }],
  ['a scenario with all it needs', scenario('EC2-VPC-InstanceStore')],
  ['a scenario with more', scenario('EC2-VPC-InstanceStore', [...inVpc, ec2('volume')])],
  ['a policy of 2008', { PolicyInputList: [allow.replace('2012', '2008')] }],
]

for (const [what, input] of accepted) {
  test(`accepted: ${what}`, async () => {
    const { iam } = await openIam()
    const all = { PolicyInputList: [allow], ActionNames: ['s3:GetObject'], ...input }
    const { EvaluationResults } = await iam('SimulateCustomPolicy', all)
    expect(EvaluationResults).toHaveLength(all.ActionNames.length)
  })
}

const types: readonly [EntryType, good: string, bad: string | undefined, expected: string][] = [
  ['string', 'any', undefined, ''],
  ['numeric', '1.5', 'abc', 'numeric format'],
  ['boolean', 'TRUE', 'yes', 'boolean format'], // Chosen by us: AWS takes any text.
  ['date', '2026-11-24T12:00:00Z', 'tomorrow', 'DateTime format'],
  ['ip', '192.0.2.1', '999.0.0.1', 'IP address'],
  ['binary', 'QUJD', '!base64', 'base-64 encoded binary format'],
]

for (const [type, good, bad, expected] of types) {
  test(`context of type ${type}, and a list of it`, () => {
    const list = `${type}List` as EntryType
    const contextOf = (one: Entry) => simulationContext(new Map(), [one]).get('app:key')
    expect(contextOf(entry(type, good))).toBe(good)
    expect(contextOf(entry(list, good, good))).toEqual([good, good])
    expect(contextOf(entry(list))).toEqual([])
    expect(() => contextOf(entry(type))).toThrow(
      `Context key ${type} expected a single value, but received 0.`,
    )
    if (bad === undefined) return
    const message = `Invalid context value for key app:key: expected ${expected}.`
    expect(() => contextOf(entry(type, bad))).toThrow(message)
    expect(() => contextOf(entry(list, good, bad))).toThrow(message)
  })
}

test('a context entry without a type is a string; without a name it is refused', () => {
  const untyped = { ContextKeyName: 'app:key', ContextKeyValues: ['a'] }
  expect(simulationContext(new Map(), [untyped]).get('app:key')).toBe('a')
  const unnamed = { ContextKeyValues: ['a'] }
  expect(() => simulationContext(new Map(), [unnamed])).toThrow('must have a ContextKeyName')
})

test('fuzz: whatever the entries, a context or a refusal', () => {
  const names = fc.option(fc.string(), { nil: undefined })
  const entries = fc.array(
    fc.record({
      ContextKeyName: names,
      ContextKeyValues: fc.option(fc.array(fc.string(), { maxLength: 3 }), { nil: undefined }),
      ContextKeyType: fc.constantFrom(
        undefined,
        ...types.flatMap(([type]) => [type, `${type}List` as EntryType]),
      ),
    }),
    { maxLength: 3 },
  )
  fc.assert(
    fc.property(entries, (some) => {
      try {
        for (const key of simulationContext(new Map(), some).keys()) {
          expect(key).toBe(key.toLowerCase())
        }
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError)
      }
    }),
    { numRuns: 1000 },
  )
})
