/**
 * What the owner's side does with a delegation request, step by step. The wordings are chosen by us.
 * Source: IAM API Reference, AssociateDelegationRequest and its kin; IAM User Guide, "IAM temporary
 * delegation".
 */
import type { DelegationApprover, DelegationAssignment } from '../../domain/delegation-entity.ts'
import {
  delegatedSessionEndsAt,
  delegationAssignmentId,
  delegationState,
  stateAfter,
} from '../../domain/delegation.ts'
import type { DelegationStep } from '../../domain/delegation.ts'
import { ApiError } from '../api-error.ts'
import { writeOperation } from '../operation.ts'
import type { Scope, WriteScope } from '../operation.ts'
import { delegationCheck, findDelegation, isOwner } from './delegation-request.ts'
import type { Delegation } from './delegation-request.ts'
import { existing } from './no-such-entity.ts'

interface Named {
  readonly DelegationRequestId: string
}

const named = { resolve: findDelegation, authorize: delegationCheck }

/** Errors: NoSuchEntity; InvalidInput where the request is not in a state that the step leads from. */
function stepped(
  { DelegationRequestId: id }: Named,
  { now }: Scope,
  found: Delegation | undefined,
  step: DelegationStep,
) {
  const { request, assignment } = existing(found, 'delegationRequest', id)
  const before = delegationState(request, assignment, now)
  const state = stateAfter(before, step)
  if (state !== undefined) return { request, assignment, state }
  const message = `The delegation request ${id} is in state ${before}: the operation is not possible.`
  throw new ApiError('InvalidInput', message)
}

type Change = Partial<Pick<DelegationAssignment, 'notes' | 'rejectionReason' | 'approver'>>

/** Takes a step, and tells the requestor. */
async function take(
  input: Named,
  scope: WriteScope,
  found: Delegation | undefined,
  step: Exclude<DelegationStep, 'associate'>,
  change: Change = {},
): Promise<void> {
  const { request, assignment, state } = stepped(input, scope, found, step)
  if (!assignment) throw new Error(`${step} of a delegation request that nobody has associated`)
  const { now } = scope
  const next = { ...assignment, ...change, state, stateChangedAt: now, updatedAt: now }
  await scope.store.update(next)
  const expiresAt = delegatedSessionEndsAt(request, next)
  const exchangeToken =
    expiresAt && scope.tradeIns.issue({ delegationRequestId: request.id, expiresAt })
  scope.notify(request.notificationChannel, {
    delegationRequestId: request.id,
    requestorWorkflowId: request.requestorWorkflowId,
    ownerAccountId: assignment.accountId,
    state,
    ...(exchangeToken !== undefined && { exchangeToken }),
  })
}

/**
 * iam:AssociateDelegationRequest: the caller becomes the request's owner.
 * Errors: ConcurrentModification, InvalidInput, NoSuchEntity.
 */
export const AssociateDelegationRequest = writeOperation('iam', 'AssociateDelegationRequest', {
  ...named,
  async handle(input, scope, found) {
    const { request, state } = stepped(input, scope, found, 'associate')
    const { store, now, accountId, caller } = scope
    // Another account may be about to do the same: the claim is the request's, and there is one.
    const ends = { fromId: request.id, toId: request.id }
    const claim = { kind: 'delegationClaim', accountId: request.accountId, createdAt: now } as const
    if (!(await store.link({ ...claim, ...ends }))) {
      const message = `The delegation request ${request.id} has just been associated by another identity.`
      throw new ApiError('ConcurrentModification', message)
    }
    await store.insert({
      kind: 'delegationAssignment',
      accountId,
      id: delegationAssignmentId(request.id),
      name: request.id,
      path: '/',
      createdAt: now,
      tags: [],
      ownerArn: caller.arn,
      ownerUserId: caller.userId,
      state,
      stateChangedAt: now,
      updatedAt: now,
    })
  },
})

/**
 * iam:UpdateDelegationRequest: hands the request on for approval. Errors: InvalidInput, NoSuchEntity.
 */
export const UpdateDelegationRequest = writeOperation('iam', 'UpdateDelegationRequest', {
  ...named,
  handle: (input, scope, found) =>
    take(input, scope, found, 'update', {
      ...(input.Notes !== undefined && { notes: input.Notes }),
    }),
})

/** Source: IAM User Guide, "IAM temporary delegation": root approves no longer ones. */
const rootSessionSecondsMax = 14_400

/**
 * Whose permissions are lent: the caller's, as they are now. Errors: InvalidInput where root would
 * lend them for more than four hours, or where session policies narrow what the caller may do: the
 * delegated session would not be narrowed by them (chosen by us).
 */
function approverOf({ caller }: Scope, sessionDurationSeconds: number): DelegationApprover {
  const { principal, session, policies, accountId = '' } = caller
  if (principal.kind === 'root' && sessionDurationSeconds > rootSessionSecondsMax) {
    const message = `The root user cannot accept a delegation request for more than ${rootSessionSecondsMax} seconds.`
    throw new ApiError('InvalidInput', message)
  }
  if (policies.session) {
    const message = 'A session with session policies cannot accept a delegation request.'
    throw new ApiError('InvalidInput', message)
  }
  const common = { arn: caller.arn, tags: [], transitiveTagKeys: [] }
  if (principal.kind === 'root') return { ...common, kind: 'root', principalId: accountId }
  if (principal.kind === 'user') {
    return { ...common, kind: 'user', principalId: principal.userId }
  }
  if (principal.kind !== 'roleSession') throw new Error(`${principal.kind} accepts no delegation`)
  return {
    kind: 'roleSession',
    arn: caller.arn,
    principalId: principal.roleId,
    sessionName: principal.sessionName,
    tags: session?.tags ?? [],
    transitiveTagKeys: session?.transitiveTagKeys ?? [],
    ...(session?.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
  }
}

/**
 * iam:AcceptDelegationRequest. Errors: NoSuchEntity; InvalidInput, which the model does not list for
 * it, for what cannot be accepted (chosen by us).
 */
export const AcceptDelegationRequest = writeOperation('iam', 'AcceptDelegationRequest', {
  ...named,
  async handle(input, scope, found) {
    const { request } = stepped(input, scope, found, 'accept')
    const approver = approverOf(scope, request.sessionDurationSeconds)
    await take(input, scope, found, 'accept', { approver })
  },
})

/** iam:RejectDelegationRequest. Errors: InvalidInput, NoSuchEntity. */
export const RejectDelegationRequest = writeOperation('iam', 'RejectDelegationRequest', {
  ...named,
  handle: (input, scope, found) =>
    take(input, scope, found, 'reject', {
      ...(input.Notes !== undefined && { rejectionReason: input.Notes }),
    }),
})

/**
 * iam:SendDelegationToken: the delegated session begins, and the requestor is sent the token for it.
 * Errors: AccessDenied where only the owner may send it; InvalidInput, NoSuchEntity.
 */
export const SendDelegationToken = writeOperation('iam', 'SendDelegationToken', {
  ...named,
  async handle(input, scope, found) {
    if (found?.assignment && found.request.onlySendByOwner && !isOwner(scope, found)) {
      const message = 'Only the owner of the delegation request can send its token.'
      throw new ApiError('AccessDenied', message)
    }
    await take(input, scope, found, 'send')
  },
})

/** All of this file. */
export const delegationStepOperations = [
  AcceptDelegationRequest,
  AssociateDelegationRequest,
  RejectDelegationRequest,
  SendDelegationToken,
  UpdateDelegationRequest,
]
