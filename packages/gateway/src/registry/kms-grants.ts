/**
 * Grants of a key: kept in its record, and decided on as a policy of it that they amount to.
 * Source: KMS Developer Guide, "Grants in AWS KMS"; API Reference, CreateGrant.
 */
import { createHash } from 'node:crypto'
import type { OperationInput, OperationOutput } from '@bailiwick/wire'
import { Refusal } from '../refusal.ts'
import { at, list, text } from '../resolve/forwarded-call.ts'
import { grantIdKey, grantOfToken, grantToken } from '../resolve/grant-token.ts'
import type { Change, KeptCall, KeptOperation, KnownCall } from './kept.ts'
import { pageOf } from './kms-pages.ts'
import { notFound } from './kms-words.ts'
import { statementsOf, withoutStatement, withStatement } from './policy-statements.ts'
import type { WrittenStatement } from './policy-statements.ts'
import type { NewResource, Resource, SavedPolicy } from './resource.ts'

/** As it is kept, of which `CreationDate` is a text. */
interface Grant {
  readonly GrantId: string
  readonly KeyId: string
  readonly Name?: string
  readonly GranteePrincipal: string
  readonly RetiringPrincipal?: string
  readonly Operations: readonly string[]
  readonly Constraints?: Readonly<Record<string, unknown>>
  readonly IssuingAccount: string
  readonly CreationDate: string
}

const head = { Version: '2012-10-17' }

export function grantsOf({ settings }: NewResource): readonly Grant[] {
  return (settings.grants ?? []) as readonly Grant[]
}

/** The policy that a key's grants amount to. */
export function grantPolicy({ settings }: NewResource): SavedPolicy | undefined {
  return settings.grantPolicy as SavedPolicy | undefined
}

function withGrants(
  resource: Resource,
  grants: readonly Grant[],
  policy: SavedPolicy | undefined,
): Resource {
  return { ...resource, settings: { ...resource.settings, grants, grantPolicy: policy } }
}

/** Operations that take an encryption context, to which a grant's constraint is. */
const withContext =
  /^(Decrypt|Encrypt|GenerateDataKey(WithoutPlaintext|Pair|PairWithoutPlaintext)?|ReEncrypt(From|To))$/

function principalOf(given: string) {
  return given.startsWith('arn:') ? { AWS: given } : { Service: given }
}

/** What a constraint asks of the encryption context. */
function conditionOf(constraints: Grant['Constraints']): object {
  const equals = constraints?.EncryptionContextEquals
  const held = Object.entries(Object(equals ?? constraints?.EncryptionContextSubset) as object)
  const pairs = held.map(([key, value]) => [`kms:EncryptionContext:${key}`, String(value)] as const)
  const names = held.map(([key]) => key)
  if (equals === undefined && held.length === 0) return {}
  return {
    Condition: {
      ...(pairs.length > 0 && { StringEquals: Object.fromEntries(pairs) }),
      ...(equals !== undefined &&
        names.length > 0 && {
          'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': names },
        }),
      ...(equals !== undefined &&
        names.length === 0 && {
          Null: { 'kms:EncryptionContextKeys': 'true' },
        }),
    },
  }
}

/**
 * The statements of a grant. Chosen by us: `CreateGrant` in a grant allows nothing, since what it
 * allows on AWS is no more than the grant itself.
 */
function statementsFor(grant: Grant): readonly WrittenStatement[] {
  const { GrantId: id, Operations, GranteePrincipal, RetiringPrincipal, KeyId } = grant
  const actionsOf = (names: readonly string[]) => names.map((name) => `kms:${name}`)
  const base = { Effect: 'Allow', Resource: KeyId }
  const grantee = principalOf(GranteePrincipal)
  const bound = Operations.filter((name) => withContext.test(name))
  const free = Operations.filter(
    (name) => !withContext.test(name) && !/^(Create|Retire)Grant$/.test(name),
  )
  const mine = { StringEquals: { [grantIdKey]: id } }
  const retire = { ...base, Action: 'kms:RetireGrant', Condition: mine }
  const statements = [
    ...(bound.length > 0
      ? [
          {
            ...base,
            Principal: grantee,
            Action: actionsOf(bound),
            ...conditionOf(grant.Constraints),
          },
        ]
      : []),
    ...(free.length > 0 ? [{ ...base, Principal: grantee, Action: actionsOf(free) }] : []),
    ...(Operations.includes('RetireGrant') ? [{ ...retire, Principal: grantee }] : []),
    ...(RetiringPrincipal === undefined
      ? []
      : [{ ...retire, Principal: principalOf(RetiringPrincipal) }]),
  ]
  return statements.map((statement, at) => ({ Sid: `${id}x${String(at)}`, ...statement }))
}

function sameAs(input: OperationInput) {
  const told = ({
    Name,
    GranteePrincipal,
    RetiringPrincipal,
    Operations,
    Constraints,
  }: OperationInput) =>
    JSON.stringify([Name, GranteePrincipal, RetiringPrincipal, Operations, Constraints])
  return (grant: Grant) => told({ ...grant }) === told(input)
}

function grantFrom(call: KeptCall, current: Resource): Grant {
  const { input, now } = call
  const seed = JSON.stringify([
    current.id,
    current.revision,
    input.GranteePrincipal,
    input.Operations,
  ])
  const Name = text(input.Name)
  const RetiringPrincipal = text(input.RetiringPrincipal)
  return {
    GrantId: createHash('sha256').update(seed).digest('hex'),
    KeyId: current.arn,
    ...(Name !== undefined && { Name }),
    GranteePrincipal: String(input.GranteePrincipal),
    ...(RetiringPrincipal !== undefined && { RetiringPrincipal }),
    Operations: list(input.Operations).map(String),
    ...(input.Constraints !== undefined && {
      Constraints: input.Constraints as Readonly<Record<string, unknown>>,
    }),
    IssuingAccount: `arn:${call.partition}:iam::${call.accountId}:root`,
    CreationDate: now.toISOString(),
  }
}

/** The statements with their principals found. Errors: InvalidArnException. */
async function create(call: KnownCall): Promise<Change> {
  const { input, resources } = call
  const principals = new Map<string, unknown>()
  for (const given of [text(input.GranteePrincipal), text(input.RetiringPrincipal)]) {
    if (given === undefined) continue
    const Statement = {
      Effect: 'Allow',
      Principal: principalOf(given),
      Action: 'kms:*',
      Resource: '*',
    }
    const saved = await resources.savedPolicy(JSON.stringify({ ...head, Statement }))
    if (!saved.ok) {
      const message = `ARN does not refer to a valid principal: ${given}`
      throw new Refusal('InvalidArnException', message, 400)
    }
    const { Statement: decided } = JSON.parse(saved.policy.saved) as { Statement: WrittenStatement }
    principals.set(JSON.stringify(principalOf(given)), decided.Principal)
  }
  return (current) => {
    const grants = grantsOf(current)
    if (input.Name !== undefined && grants.some(sameAs(input))) return current
    const grant = grantFrom(call, current)
    let policy = grantPolicy(current)
    for (const statement of statementsFor(grant)) {
      const Principal = principals.get(JSON.stringify(statement.Principal))
      policy = withStatement(policy, { text: statement, saved: { ...statement, Principal } }, head)
    }
    return withGrants(current, [...grants, grant], policy)
  }
}

function created({ resource, input }: KnownCall): OperationOutput {
  const grant = grantsOf(resource).findLast(sameAs(input))
  const id = grant?.GrantId ?? ''
  return { GrantId: id, GrantToken: grantToken(resource.arn, id) }
}

function end({ input }: KnownCall): Change {
  const id = grantOfToken(input.GrantToken)?.id ?? text(input.GrantId) ?? ''
  return (current) => {
    const grants = grantsOf(current)
    if (!grants.some(({ GrantId }) => GrantId === id)) throw notFound(`Grant ID ${id} not found`)
    let policy = grantPolicy(current)
    for (const { Sid = '' } of statementsOf(policy)) {
      if (policy !== undefined && Sid.startsWith(`${id}x`)) policy = withoutStatement(policy, Sid)
    }
    return withGrants(
      current,
      grants.filter(({ GrantId }) => GrantId !== id),
      policy,
    )
  }
}

function shown(grant: Grant) {
  return { ...grant, CreationDate: new Date(grant.CreationDate) }
}

function listGrants({ resource, input }: KnownCall): OperationOutput {
  const found = grantsOf(resource)
    .filter(({ GrantId }) => input.GrantId === undefined || GrantId === input.GrantId)
    .filter(
      (each) => !text(input.GranteePrincipal) || each.GranteePrincipal === input.GranteePrincipal,
    )
  return pageOf('Grants', found.map(shown), ({ GrantId }) => GrantId, input)
}

function listRetirable({ input, accountId, region, resources }: KeptCall): OperationOutput {
  const found = resources
    .list({ accountId, service: 'kms', type: 'key' })
    .filter(({ arn }) => arn.split(':')[3] === region)
    .flatMap(grantsOf)
    .filter(({ RetiringPrincipal }) => RetiringPrincipal === input.RetiringPrincipal)
  return pageOf('Grants', found.map(shown), ({ GrantId }) => GrantId, input)
}

/** Each token of a call is of a grant that is there. */
export function checkGrantTokens({ input, resources }: KeptCall): void {
  for (const token of list(input.GrantTokens)) {
    const told = grantOfToken(token)
    const key = resources.find(told?.key ?? '')
    if (key === undefined || !grantsOf(key).some(({ GrantId }) => GrantId === told?.id)) {
      throw new Refusal('InvalidGrantTokenException', 'The grant token is not valid.', 400)
    }
  }
  if (at(input, 'DryRun') === true) {
    const message = 'The request would have succeeded, but the DryRun option is set.'
    throw new Refusal('DryRunOperationException', message, 412)
  }
}

export const kmsGrantOperations: Readonly<Record<string, KeptOperation>> = {
  CreateGrant: { changes: create, answers: created },
  RevokeGrant: { changes: end, answers: () => ({}) },
  RetireGrant: { changes: end, answers: () => ({}) },
  ListGrants: { answers: listGrants },
  ListRetirableGrants: { lists: listRetirable },
}
