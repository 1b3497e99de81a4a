/**
 * Policies of functions and layers, a statement at a time: each of its qualifiers (version, alias) has
 * one of its own. Source: Lambda Developer Guide, "Resource-based policies"; API Reference.
 */
import { createHash } from 'node:crypto'
import type { OperationInput } from '@bailiwick/wire'
import { scalar, text } from '../resolve/forwarded-call.ts'
import { functionArn } from '../resolve/function-arn.ts'
import type { Change, KeptCall, KeptOperation, KnownCall } from './kept.ts'
import {
  conflict,
  invalidParameter,
  missingResource,
  policyTooLong,
  revisionMismatch,
} from './lambda-words.ts'
import { hasStatement, withoutStatement, withStatement } from './policy-statements.ts'
import type { WrittenStatement } from './policy-statements.ts'
import type { NewResource, Resource, SavedPolicy } from './resource.ts'
import { policyBytes, readResourcePolicy } from './resource-policy.ts'

/** Bytes. Source: Lambda Developer Guide, "Quotas": 20 KB. */
export const functionPolicyBytesMax = 20_480

const head = { Version: '2012-10-17', Id: 'default' }

type Policies = Readonly<Record<string, SavedPolicy>>

/** A version or alias of a function, a version of a layer; undefined: of the function as it is. */
export function qualifierOf(arn: string): string | undefined {
  return arn.split(':')[7]
}

function policiesIn({ settings }: NewResource): Policies {
  return (settings.policies ?? {}) as Policies
}

export function permissionsOf(resource: NewResource, arn: string): SavedPolicy | undefined {
  const qualifier = qualifierOf(arn)
  if (qualifier === undefined) return resource.policy
  const policies = policiesIn(resource)
  return Object.hasOwn(policies, qualifier) ? policies[qualifier] : undefined
}

function withPolicy(resource: Resource, arn: string, policy: SavedPolicy | undefined): Resource {
  const qualifier = qualifierOf(arn)
  if (qualifier === undefined) {
    const { policy: _, ...rest } = resource
    return { ...rest, ...(policy && { policy }) }
  }
  const others = Object.entries(policiesIn(resource)).filter(([each]) => each !== qualifier)
  const held = policy === undefined ? others : [...others, [qualifier, policy]]
  const policies: unknown = Object.fromEntries(held)
  return { ...resource, settings: { ...resource.settings, policies } }
}

/** What goes with a version or an alias. */
export function forgetting(arn: string): Change {
  return (current) =>
    qualifierOf(arn) === undefined ? current : withPolicy(current, arn, undefined)
}

/** Chosen by us: what the policy says, so that equal policies have equal revisions. */
function revisionOf(policy: SavedPolicy): string {
  const hash = createHash('sha256').update(policy.text).digest('hex')
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
}

function checkRevision(policy: SavedPolicy | undefined, given: unknown): void {
  const expected = text(given)
  if (expected === undefined) return
  if (policy === undefined || revisionOf(policy) !== expected) throw revisionMismatch()
}

/** What of an input is about the function or layer whose policy it is. */
type Place = (call: KeptCall) => string

export const ofFunction: Place = (call) =>
  functionArn(call, call.input.FunctionName, call.input.Qualifier)

const ofLayer: Place = ({ input, partition, region, accountId }) => {
  const name = String(input.LayerName)
  const version = scalar(input.VersionNumber) ?? ''
  const layer = name.startsWith('arn:')
    ? name
    : `arn:${partition}:lambda:${region}:${accountId}:layer:${name}`
  return `${layer}:${version}`
}

const ofResource: Place = ({ input }) => String(input.ResourceArn)

function principalOf(given: string, partition: string): unknown {
  if (given === '*') return '*'
  if (/^\d{12}$/.test(given)) return { AWS: `arn:${partition}:iam::${given}:root` }
  if (given.startsWith('arn:')) return { AWS: given }
  if (/^[a-z0-9.-]+\.[a-z.]+$/.test(given)) return { Service: given }
  throw invalidPrincipal()
}

function invalidPrincipal() {
  return invalidParameter(
    'The provided principal was invalid. Please check the principal and try again.',
  )
}

/** The members that become conditions, each under its operator and key, as Lambda writes them. */
const conditions: readonly (readonly [member: string, operator: string, key: string])[] = [
  ['SourceAccount', 'StringEquals', 'AWS:SourceAccount'],
  ['PrincipalOrgID', 'StringEquals', 'aws:PrincipalOrgID'],
  ['OrganizationId', 'StringEquals', 'aws:PrincipalOrgID'],
  ['EventSourceToken', 'StringEquals', 'lambda:EventSourceToken'],
  ['FunctionUrlAuthType', 'StringEquals', 'lambda:FunctionUrlAuthType'],
  ['InvokedViaFunctionUrl', 'Bool', 'lambda:InvokedViaFunctionUrl'],
  ['SourceArn', 'ArnLike', 'AWS:SourceArn'],
]

function conditionOf(input: OperationInput): object {
  const written: Record<string, Record<string, string>> = {}
  for (const [member, operator, key] of conditions) {
    const value = scalar(input[member])
    if (value !== undefined) written[operator] = { ...written[operator], [key]: value }
  }
  return Object.keys(written).length > 0 ? { Condition: written } : {}
}

/** The statement as Lambda writes it. */
function statementOf({ input, partition }: KeptCall, arn: string): WrittenStatement {
  return {
    Sid: String(input.StatementId),
    Effect: 'Allow',
    Principal: principalOf(String(input.Principal), partition),
    Action: String(input.Action),
    Resource: arn,
    ...conditionOf(input),
  }
}

/** A version or alias that is not there gets no policy. */
async function checkQualifier({ ask, resource }: KnownCall, arn: string): Promise<void> {
  const qualifier = qualifierOf(arn)
  if (qualifier === undefined) return
  if (qualifier === '$LATEST') {
    throw invalidParameter('We currently do not support adding policies for $LATEST.')
  }
  const name = resource.arn.split(':')[6]
  const asked =
    resource.type === 'layer'
      ? await ask('GetLayerVersion', { LayerName: name, VersionNumber: Number(qualifier) })
      : await ask('GetFunctionConfiguration', { FunctionName: name, Qualifier: qualifier })
  if (!asked.ok && asked.status === 404) throw missingResource(`Cannot find ${arn}`)
}

const adds =
  (place: Place) =>
  async (call: KnownCall): Promise<Change> => {
    const arn = place(call)
    await checkQualifier(call, arn)
    const statement = statementOf(call, arn)
    const sid = statement.Sid ?? ''
    const saved = await call.resources.savedPolicy(
      JSON.stringify({ ...head, Statement: statement }),
    )
    if (!saved.ok) throw invalidPrincipal()
    const { Statement: decided } = JSON.parse(saved.policy.saved) as { Statement: WrittenStatement }
    return (current) => {
      const policy = permissionsOf(current, arn)
      checkRevision(policy, call.input.RevisionId)
      if (hasStatement(policy, sid)) {
        throw conflict(
          `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        )
      }
      const next = withStatement(policy, { text: statement, saved: decided }, head)
      const size = policyBytes(next.text)
      if (size > functionPolicyBytesMax) throw policyTooLong(size, functionPolicyBytesMax)
      return withPolicy(current, arn, next)
    }
  }

const removes =
  (place: Place) =>
  (call: KnownCall): Change => {
    const arn = place(call)
    const sid = String(call.input.StatementId)
    return (current) => {
      const policy = permissionsOf(current, arn)
      checkRevision(policy, call.input.RevisionId)
      if (policy === undefined || !hasStatement(policy, sid)) {
        throw missingResource(`Statement ${sid} is not found in resource policy.`)
      }
      return withPolicy(current, arn, withoutStatement(policy, sid))
    }
  }

const reads = (place: Place) => async (call: KnownCall) => {
  const policy = permissionsOf(call.resource, place(call))
  if (policy === undefined) throw missingResource('The resource you requested does not exist.')
  return { Policy: await call.resources.shownPolicy(policy), RevisionId: revisionOf(policy) }
}

function added(place: Place): KeptOperation {
  return {
    changes: adds(place),
    answers(call) {
      const policy = permissionsOf(call.resource, place(call))
      const Statement = JSON.stringify(statementOf(call, place(call)))
      return { Statement, ...(policy && { RevisionId: revisionOf(policy) }) }
    },
  }
}

async function replaces(call: KnownCall): Promise<Change> {
  const arn = ofResource(call)
  await checkQualifier(call, arn)
  const given = String(call.input.Policy)
  const size = policyBytes(given)
  if (size > functionPolicyBytesMax) throw policyTooLong(size, functionPolicyBytesMax)
  const malformed = (message: string) => invalidParameter(`Invalid policy: ${message}`)
  const rules = { service: 'lambda', isResource: (named: string) => named === arn, malformed }
  const { policy } = await readResourcePolicy(given, rules, call)
  return (current) => {
    checkRevision(permissionsOf(current, arn), call.input.RevisionId)
    return withPolicy(current, arn, policy)
  }
}

export const lambdaPermissionOperations: Readonly<Record<string, KeptOperation>> = {
  AddPermission: added(ofFunction),
  RemovePermission: { changes: removes(ofFunction), answers: () => ({}) },
  GetPolicy: { answers: reads(ofFunction) },
  AddLayerVersionPermission: added(ofLayer),
  RemoveLayerVersionPermission: { changes: removes(ofLayer), answers: () => ({}) },
  GetLayerVersionPolicy: { answers: reads(ofLayer) },
  PutResourcePolicy: { changes: replaces, answers: reads(ofResource) },
  GetResourcePolicy: { answers: reads(ofResource) },
  DeleteResourcePolicy: {
    changes: (call) => (current) => {
      const arn = ofResource(call)
      const policy = permissionsOf(current, arn)
      checkRevision(policy, call.input.RevisionId)
      return withPolicy(current, arn, undefined)
    },
    answers: () => ({}),
  },
}
