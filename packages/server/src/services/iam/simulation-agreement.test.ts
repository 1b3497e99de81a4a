import { decide, parsePolicy, compilePolicy } from '@bailiwick/policy'
import type { ContextValue, Decision } from '@bailiwick/policy'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { authorize } from '../../../../gateway/src/authorize/authorize.ts'
import { requestContextOf } from '../../../../gateway/src/authorize/request-context.ts'
import type { AnyOperation, Caller, Check, DecidedCheck, GateScope } from '@bailiwick/gateway'
import { trust } from '../../testing/deployment.ts'
import type { Credentials } from '../../testing/deployment.ts'
import { arn, openIam } from './testing/iam-house.ts'
import type { Iam } from './testing/iam-house.ts'
import { identityPolicies, questions, resourcePolicies } from './testing/random-policies.ts'

// Goal: the simulator says what the gate does. Method: principals with random policies, and a
// thousand requests that are enforced for their credentials and simulated by their ARN; first
// the decisions must agree, then the statements. Source: chosen by us.

const principalCount = 50
const questionsPerPrincipal = 20

interface World {
  readonly own: readonly string[]
  readonly group: readonly string[]
  readonly boundary: string | undefined
  readonly isRole: boolean
  readonly asked: readonly Question[]
}

type Question = (typeof questions extends fc.Arbitrary<infer Q> ? Q : never) & {
  readonly resourcePolicy: string | undefined
  readonly owner: string | undefined
}

const worlds: fc.Arbitrary<World> = fc.record({
  own: fc.array(identityPolicies, { maxLength: 3 }),
  group: fc.array(identityPolicies, { maxLength: 2 }),
  boundary: fc.option(identityPolicies, { nil: undefined, freq: 2 }),
  isRole: fc.boolean(),
  asked: fc.array(
    fc
      .tuple(
        questions,
        fc.option(resourcePolicies, { nil: undefined }),
        fc.constantFrom(undefined, undefined, '111122223333', '444455556666'),
      )
      .map(([question, resourcePolicy, owner]) => ({ ...question, resourcePolicy, owner })),
    { minLength: questionsPerPrincipal, maxLength: questionsPerPrincipal },
  ),
})

/** Puts the policies on a new principal; its credentials and its ARN. */
async function settle({ iam, deployment }: Iam, world: World, index: number) {
  const documents = (list: readonly string[]) =>
    list.map((PolicyDocument, at) => ({ PolicyName: `p${at}`, PolicyDocument }))
  let PermissionsBoundary: string | undefined
  if (world.boundary !== undefined) {
    const policy = { PolicyName: `boundary${index}`, PolicyDocument: world.boundary }
    PermissionsBoundary = (await iam('CreatePolicy', policy)).Policy?.Arn
  }
  if (world.isRole) {
    const RoleName = `Role${index}`
    const AssumeRolePolicyDocument = trust(arn('root'))
    await iam('CreateRole', { RoleName, AssumeRolePolicyDocument, PermissionsBoundary })
    for (const inline of documents(world.own)) await iam('PutRolePolicy', { RoleName, ...inline })
    const assume = { RoleArn: arn(`role/${RoleName}`), RoleSessionName: 'session' }
    const admin = await administrator(iam, index)
    const { Credentials: session } = await deployment.call(admin, 'sts', 'AssumeRole', assume)
    return { source: assume.RoleArn, credentials: session as Credentials }
  }
  // All are Ann, as the policies know her: one after the other.
  const UserName = 'Ann'
  await iam('CreateUser', { UserName, Tags: [{ Key: 'Team', Value: 'red' }], PermissionsBoundary })
  const GroupName = `Group${index}`
  await iam('CreateGroup', { GroupName })
  await iam('AddUserToGroup', { UserName, GroupName })
  for (const inline of documents(world.own)) await iam('PutUserPolicy', { UserName, ...inline })
  for (const inline of documents(world.group)) await iam('PutGroupPolicy', { GroupName, ...inline })
  const { AccessKey } = await iam('CreateAccessKey', { UserName })
  return { source: arn('user/Ann'), credentials: AccessKey as Credentials }
}

async function administrator(iam: Iam['iam'], index: number): Promise<Credentials> {
  const UserName = `Admin${index}`
  await iam('CreateUser', { UserName })
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  await iam('AttachUserPolicy', { UserName, PolicyArn })
  return (await iam('CreateAccessKey', { UserName })).AccessKey as Credentials
}

/** The user is renamed, so that the next one may have the name. */
const retire = async (iam: Iam['iam'], source: string, index: number) => {
  if (source.endsWith('user/Ann')) {
    await iam('UpdateUser', { UserName: 'Ann', NewUserName: `Former${index}` })
  }
}

const http = {
  method: 'POST',
  rawTarget: '/',
  headers: new Map([['user-agent', 'test']]),
  rawHeaders: [],
  body: new Uint8Array(),
  remoteAddress: '192.0.2.1',
  secure: false,
}

/** As the gate decides it: its own authorize, with an operation that asks for just this. */
function enforce(caller: Caller, now: Date, question: Question) {
  const check: Check = {
    action: question.action,
    resourceArn: question.resource,
    contextKeys: question.contextKeys,
    ...(question.owner !== undefined && { resourceAccountId: question.owner }),
    ...(question.resourcePolicy !== undefined && {
      resourcePolicies: [resourcePolicy(question.resourcePolicy)],
    }),
  }
  const scope: GateScope = { caller, requestId: 'test', now, region: 'us-east-1' }
  const operation = { service: 's3', name: 'Any', authorize: () => [check] }
  const decided: DecidedCheck[] = []
  const request = http as unknown as Parameters<typeof requestContextOf>[0]
  const attempt = { request, operation: operation as unknown as AnyOperation<GateScope> }
  try {
    authorize(
      { ...attempt, input: {}, scope, resolved: undefined },
      decide,
      decided,
      'AccessDenied',
    )
  } catch {
    // The refusal; what was decided is kept.
  }
  return { decision: decided[0]?.decision, context: requestContextOf(request, scope, check) }
}

function resourcePolicy(text: string) {
  const parsed = parsePolicy(text, 'resourcePolicy')
  if (!parsed.ok) throw new Error(parsed.problems[0].message)
  const source = { policyType: 'resourcePolicy', id: 'ResourcePolicy' } as const
  return { source, policy: compilePolicy(parsed.document) }
}

/** All of the request's context but what the simulator knows of the principal. */
function entriesOf(context: ReadonlyMap<string, ContextValue>, caller: Caller) {
  return [...context]
    .filter(([key]) => !caller.contextKeys.has(key))
    .map(([ContextKeyName, value]) => ({
      ContextKeyName,
      ContextKeyValues: typeof value === 'string' ? [value] : value,
      ContextKeyType: typeof value === 'string' ? ('string' as const) : ('stringList' as const),
    }))
}

async function compare(house: Iam, world: World, index: number) {
  const { iam, deployment } = house
  const { source, credentials } = await settle(house, world, index)
  const caller = await deployment.callerOf(credentials)
  const seen: string[] = []
  for (const raw of world.asked) {
    // The simulator takes resource policies for users, and an owner with them.
    const question = world.isRole
      ? { ...raw, resourcePolicy: undefined, owner: undefined }
      : { ...raw, owner: raw.resourcePolicy === undefined ? undefined : ownerOf(raw) }
    const { decision, context } = enforce(caller, deployment.clock.now, question)
    const { EvaluationResults } = await iam('SimulatePrincipalPolicy', {
      PolicySourceArn: source,
      ActionNames: [question.action],
      ResourceArns: [question.resource],
      ContextEntries: entriesOf(context, caller),
      ResourcePolicy: question.resourcePolicy,
      ResourceOwner: question.owner && `arn:aws:iam::${question.owner}:root`,
    })
    const [result] = EvaluationResults ?? []
    const note = JSON.stringify({ ...world, asked: question })
    expect(result?.EvalDecision, note).toBe(decision?.decision)
    expect(
      result?.MatchedStatements?.map((one) => one.SourcePolicyId),
      note,
    ).toEqual(shownSources(decision))
    seen.push(decision?.decision ?? '')
  }
  await retire(iam, source, index)
  return seen
}

/** An ARN with an account names its owner itself. */
function ownerOf({ resource, owner }: Question): string | undefined {
  return resource.includes('111122223333') ? '111122223333' : owner
}

/** The policies whose statements decided, but for the Allows of a boundary. */
function shownSources(decided: Decision | undefined): readonly string[] {
  const isDenied = decided?.decision === 'explicitDeny'
  const sources = decided?.decidingStatements.map(({ source }) => source) ?? []
  return sources
    .filter(({ policyType }) => isDenied || policyType !== 'permissionsBoundary')
    .map(({ id }) => id)
}

test('a thousand requests are simulated as they are enforced', async () => {
  const house = await openIam()
  const counts = new Map<string, number>()
  for (const [index, world] of fc
    .sample(worlds, { numRuns: principalCount, seed: 20261124 })
    .entries()) {
    for (const decision of await compare(house, world, index)) {
      counts.set(decision, (counts.get(decision) ?? 0) + 1)
    }
  }
  // None of the answers may be so rare that agreeing on it says nothing.
  for (const decision of ['allowed', 'explicitDeny', 'implicitDeny']) {
    expect(counts.get(decision), decision).toBeGreaterThan(100)
  }
  expect([...counts.values()].reduce((a, b) => a + b)).toBe(principalCount * questionsPerPrincipal)
}, 120_000)
