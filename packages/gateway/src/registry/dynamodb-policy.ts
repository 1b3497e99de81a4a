import type { Refusal } from '../refusal.ts'
import { text } from '../resolve/forwarded-call.ts'
import { invalid, nameOf, policyMissing, tableMissing } from './dynamodb-words.ts'
import type { Change, KeptCall, KeptOperation, KnownCall } from './kept.ts'
import type { NewResource, Resource, SavedPolicy } from './resource.ts'
import { policyBytes, readResourcePolicy } from './resource-policy.ts'
import { isPublicPolicy } from './public-policy.ts'

/** Bytes, white space and all. Source: DynamoDB Developer Guide, "Quotas". */
export const tablePolicyBytesMax = 20_480

/**
 * A policy of a table, or of its stream. Errors: ValidationException.
 * Source: DynamoDB Developer Guide, "Resource-based policies", "Blocking public access".
 */
export async function readTablePolicy(
  given: string,
  arn: string,
  call: Pick<KeptCall, 'partition' | 'resources'>,
): Promise<SavedPolicy> {
  const bytes = policyBytes(given)
  if (bytes > tablePolicyBytesMax) {
    throw invalid(`Resource policy exceeds ${String(tablePolicyBytesMax)} bytes.`)
  }
  const malformed = (message: string) => invalid(`Invalid policy document: ${message}`)
  // Chosen by us: patterns are taken only where they stand for any resource.
  const isResource = (named: string) =>
    named === '*' || named === arn || named.startsWith(`${arn}/index/`)
  const rules = { service: 'dynamodb', isResource, malformed }
  const { document, policy } = await readResourcePolicy(given, rules, call)
  if (isPublicPolicy(document)) throw malformed('it allows public access')
  return policy
}

/** What of a table's record is about a policy of it: its own, or that of its stream. */
interface Kept {
  readonly policy?: SavedPolicy
  readonly revision?: string
}

type Settings = Readonly<Record<string, unknown>>

function labelOf(arn: string): string | undefined {
  return /\/stream\/([^/]+)$/.exec(arn)?.[1]
}

function keptOf({ policy, settings }: NewResource, arn: string): Kept {
  const label = labelOf(arn)
  if (label !== undefined) return (settings.stream as Record<string, Kept>)?.[label] ?? {}
  const revision = text(settings.policyRevision)
  return { ...(policy && { policy }), ...(revision !== undefined && { revision }) }
}

function withKept(resource: Resource, arn: string, { policy, revision }: Kept): Resource {
  const label = labelOf(arn)
  const held = { ...(policy && { policy }), ...(revision !== undefined && { revision }) }
  if (label !== undefined) {
    return { ...resource, settings: { ...resource.settings, stream: { [label]: held } } }
  }
  const { policy: _, settings, ...rest } = resource
  const { policyRevision: __, ...others } = settings
  const settled: Settings = { ...others, ...(revision && { policyRevision: revision }) }
  return { ...rest, ...(policy && { policy }), settings: settled }
}

/** Those that decide about a table, its index or its stream. */
export function tablePolicies(resource: NewResource, arn: string): readonly SavedPolicy[] {
  const { policy } = keptOf(resource, arn)
  return policy ? [policy] : []
}

function arnOf({ input }: Pick<KeptCall, 'input'>): string {
  return String(input.ResourceArn)
}

/** Source: API Reference, PutResourcePolicy, ExpectedRevisionId; recorded by moto. */
function unexpected(kept: Kept, arn: string, expected: string | undefined): Refusal | undefined {
  const { policy, revision = '' } = kept
  const isNone = policy === undefined
  if (expected === undefined || (isNone ? expected === 'NO_POLICY' : expected === revision)) {
    return undefined
  }
  const asked =
    expected === 'NO_POLICY'
      ? `Requested policy update expecting none to be present for table ${nameOf(arn)}`
      : `Requested update for policy with revision id ${expected}`
  if (isNone) return policyMissing(`${asked}, but table ${nameOf(arn)} has none.`)
  return policyMissing(
    expected === 'NO_POLICY'
      ? `${asked}, but a policy exists with revision id ${revision}.`
      : `${asked}, but the policy associated to target table ${nameOf(arn)} has revision id ${revision}.`,
  )
}

/** Streams that the table has had: the backend alone knows which it has now. */
async function checkStream({ ask, resource }: KnownCall, arn: string): Promise<void> {
  if (labelOf(arn) === undefined) return
  const asked = await ask('DescribeTable', { TableName: nameOf(resource.arn) })
  const table = asked.ok ? (Object(asked.output.Table) as Record<string, unknown>) : {}
  if (labelOf(String(table.LatestStreamArn)) !== labelOf(arn)) throw tableMissing(arn)
}

async function put(call: KnownCall): Promise<Change> {
  const { input, allows, now } = call
  const arn = arnOf(call)
  await checkStream(call, arn)
  const policy = await readTablePolicy(String(input.Policy), arn, call)
  const expected = text(input.ExpectedRevisionId)
  return (current) => {
    const kept = keptOf(current, arn)
    const refusal = unexpected(kept, arn, expected)
    if (refusal) throw refusal
    // The same policy again is the same revision.
    if (kept.policy?.text === policy.text && kept.policy.saved === policy.saved) return current
    const changed = withKept(current, arn, { policy, revision: revisionAfter(kept, now) })
    const isConfirmed = input.ConfirmRemoveSelfResourceAccess === true
    if (!isConfirmed && !allows('dynamodb:PutResourcePolicy', changed, arn)) throw lockedOut()
    return changed
  }
}

/** As AWS's: the time in milliseconds, but never one that was. */
function revisionAfter({ revision = '0' }: Kept, now: Date): string {
  return String(Math.max(now.getTime(), Number(revision) + 1))
}

/** Chosen by us: the wording. */
function lockedOut(): Refusal {
  return invalid(
    'The policy would take away your permission to change it in the future. Set ConfirmRemoveSelfResourceAccess to confirm.',
  )
}

function remove(call: KnownCall): Change {
  const arn = arnOf(call)
  const expected = text(call.input.ExpectedRevisionId)
  return (current) => {
    const kept = keptOf(current, arn)
    const refusal = unexpected(kept, arn, expected)
    if (refusal) throw refusal
    const { policy, revision } = kept
    return withKept(current, arn, policy && revision !== undefined ? { revision } : {})
  }
}

function revisionOf(call: KnownCall) {
  const { revision } = keptOf(call.resource, arnOf(call))
  return revision === undefined ? {} : { RevisionId: revision }
}

async function read(call: KnownCall) {
  const arn = arnOf(call)
  const { policy, revision } = keptOf(call.resource, arn)
  if (policy === undefined) throw policyMissing(arn)
  return { Policy: await call.resources.shownPolicy(policy), RevisionId: revision }
}

/** Source: DynamoDB API Reference, the operations. */
export const dynamoDbPolicyOperations: Readonly<Record<string, KeptOperation>> = {
  PutResourcePolicy: { changes: put, answers: revisionOf },
  GetResourcePolicy: { answers: read },
  DeleteResourcePolicy: { changes: remove, answers: revisionOf },
}
