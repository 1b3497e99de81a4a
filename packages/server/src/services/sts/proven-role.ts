/** A role assumed by who signed nothing: what AssumeRoleWithWebIdentity and …WithSAML share. */
import type { Caller, Check, ProvenIdentity } from '@bailiwick/gateway'
import type { Role } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { assumptionChecks } from './assumable-role.ts'
import type { AssumableRole } from './assumable-role.ts'
import { assumeRole } from './role-session.ts'
import type { RoleSessionInput } from './role-session.ts'
import { sessionTagKeys } from './session-tags.ts'

type ProvenInput = RoleSessionInput & { readonly RoleArn: string }

/** What the proof of this call said. */
export function provenOf({ proven }: Caller): ProvenIdentity {
  if (!proven) throw new Error('A role is assumed by proof without one')
  return proven
}

/** The trust policy alone decides; it sees what the proof says as condition keys. */
export function provenChecks(
  scope: Scope,
  { RoleArn }: ProvenInput,
  found: AssumableRole,
  sessionName: string,
): readonly Check[] {
  const { tags, transitiveTagKeys, sourceIdentity } = provenOf(scope.caller)
  const contextKeys = {
    'sts:RoleSessionName': sessionName,
    'sts:SourceIdentity': sourceIdentity,
    ...sessionTagKeys({ Tags: tags, TransitiveTagKeys: transitiveTagKeys }),
  }
  return assumptionChecks(scope, RoleArn, found, contextKeys, {
    isTagged: tags.length > 0,
    hasSourceIdentity: sourceIdentity !== undefined,
  })
}

/** Without a caller: it has no ARN. Source: what users report of STS. */
export function provenRefusal(operation: string, { action = `sts:${operation}` }: Check): string {
  return `Not authorized to perform ${action}`
}

/**
 * A session of the role, within what the proof allows.
 * Errors: InvalidIdentityToken for a proof that was used before, MalformedPolicyDocument,
 * PackedPolicyTooLarge, ValidationError.
 */
export async function assumeProvenRole(
  scope: Scope,
  role: Role | undefined,
  input: ProvenInput,
  sessionName: string,
) {
  if (!role) throw new Error('A role that does not exist was allowed to be assumed')
  const proven = provenOf(scope.caller)
  const { tags, transitiveTagKeys, sourceIdentity, notAfter, durationSecondsMax } = proven
  const assumed = await assumeRole(scope, role, input, {
    sessionName,
    tags: { tags, transitiveTagKeys },
    sourceIdentity,
    isChained: false,
    notAfter,
    durationSecondsMax,
    contextKeys: proven.sessionContextKeys,
  })
  // Last of all: a proof is used up by a request that is otherwise in order, and by no other.
  if (proven.use?.() === false) {
    throw new ApiError('InvalidIdentityToken', 'Assertion has been used before')
  }
  return assumed
}
