/**
 * The life of a delegation request. Source: IAM User Guide, "Building your integration",
 * Understanding the Request Lifecycle.
 */
import type { DelegationAssignment, DelegationRequest } from './delegation-entity.ts'

export type DelegationState = DelegationAssignment['state'] | 'UNASSIGNED' | 'EXPIRED'

/** What the owner's side can do with a request. */
export type DelegationStep = 'associate' | 'update' | 'accept' | 'reject' | 'send'

/**
 * From which states each step leads, and where to. That a request can be updated more than once,
 * and not once it is accepted, is chosen by us.
 */
const steps: Record<
  DelegationStep,
  { readonly from: readonly DelegationState[]; readonly to: DelegationAssignment['state'] }
> = {
  associate: { from: ['UNASSIGNED'], to: 'ASSIGNED' },
  update: { from: ['ASSIGNED', 'PENDING_APPROVAL'], to: 'PENDING_APPROVAL' },
  accept: { from: ['ASSIGNED', 'PENDING_APPROVAL'], to: 'ACCEPTED' },
  reject: { from: ['ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED'], to: 'REJECTED' },
  send: { from: ['ACCEPTED'], to: 'FINALIZED' },
}

const dayMs = 86_400_000

/** How long a request stays in a state before it expires. */
function lifeMs(state: DelegationState): number {
  return (state === 'UNASSIGNED' ? 1 : 7) * dayMs
}

/** The state after a step; undefined where the step cannot be taken from this state. */
export function stateAfter(
  state: DelegationState,
  step: DelegationStep,
): DelegationAssignment['state'] | undefined {
  const { from, to } = steps[step]
  return from.includes(state) ? to : undefined
}

/** When the request expires if nothing more is done with it. */
export function delegationExpiresAt(
  { createdAt }: DelegationRequest,
  assignment: DelegationAssignment | undefined,
): Date {
  const since = assignment?.stateChangedAt ?? createdAt
  return new Date(since.getTime() + lifeMs(assignment?.state ?? 'UNASSIGNED'))
}

/** @param assignment Absent while nobody has associated the request. */
export function delegationState(
  request: DelegationRequest,
  assignment: DelegationAssignment | undefined,
  now: Date,
): DelegationState {
  if (now >= delegationExpiresAt(request, assignment)) return 'EXPIRED'
  return assignment?.state ?? 'UNASSIGNED'
}

/** The id of a request's assignment: one for each request, whichever account it is in. */
export function delegationAssignmentId(requestId: string): string {
  return `${requestId}/owner`
}

/**
 * When the delegated session ends, whenever its token is traded in: its time runs from when the
 * token was sent. Undefined before that.
 */
export function delegatedSessionEndsAt(
  { sessionDurationSeconds }: DelegationRequest,
  { state, stateChangedAt }: DelegationAssignment,
): Date | undefined {
  if (state !== 'FINALIZED') return undefined
  return new Date(stateChangedAt.getTime() + sessionDurationSeconds * 1000)
}
