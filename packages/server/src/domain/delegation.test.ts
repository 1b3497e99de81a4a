import { expect, test } from 'vitest'
import { delegatedSessionEndsAt, delegationState, stateAfter } from './delegation.ts'
import type { DelegationState, DelegationStep } from './delegation.ts'
import type { DelegationAssignment, DelegationRequest } from './delegation-entity.ts'

// Goal: every transition of the IAM User Guide's "Understanding the Request Lifecycle", and no
// other; each state's life at its end and just before it.
const allowed: readonly [from: DelegationState, step: DelegationStep, to: DelegationState][] = [
  ['UNASSIGNED', 'associate', 'ASSIGNED'],
  ['ASSIGNED', 'update', 'PENDING_APPROVAL'],
  ['PENDING_APPROVAL', 'update', 'PENDING_APPROVAL'], // Chosen by us.
  ['ASSIGNED', 'accept', 'ACCEPTED'],
  ['PENDING_APPROVAL', 'accept', 'ACCEPTED'],
  ['ASSIGNED', 'reject', 'REJECTED'],
  ['PENDING_APPROVAL', 'reject', 'REJECTED'],
  ['ACCEPTED', 'reject', 'REJECTED'],
  ['ACCEPTED', 'send', 'FINALIZED'],
]
const states: readonly DelegationState[] = [
  ...(['UNASSIGNED', 'ASSIGNED', 'PENDING_APPROVAL', 'ACCEPTED'] as const),
  ...(['FINALIZED', 'REJECTED', 'EXPIRED'] as const),
]
const steps: readonly DelegationStep[] = ['associate', 'update', 'accept', 'reject', 'send']

for (const state of states) {
  for (const step of steps) {
    const to = allowed.find(([from, by]) => from === state && by === step)?.[2]
    test(`${state}, ${step}: ${to ?? 'refused'}`, () => {
      expect(stateAfter(state, step)).toBe(to)
    })
  }
}

const createdAt = new Date('2026-11-24T12:00:00Z')
const base = { id: 'r', name: 'r', path: '/', tags: [], createdAt } as const
const request: DelegationRequest = {
  ...base,
  kind: 'delegationRequest',
  accountId: '111122223333',
  description: '',
  policyTemplateArn: 'arn:aws:iam::111122223333:policy/T',
  parameters: [],
  permissionPolicy: '{}',
  requestorWorkflowId: 'workflow',
  notificationChannel: 'arn:aws:sns:us-east-1:111122223333:t',
  sessionDurationSeconds: 43_200,
  onlySendByOwner: false,
}

function assigned(state: DelegationAssignment['state']): DelegationAssignment {
  const owner = {
    accountId: '444455556666',
    ownerArn: 'arn:aws:iam::444455556666:root',
    ownerUserId: '444455556666',
  }
  const times = { stateChangedAt: createdAt, updatedAt: createdAt }
  return { ...base, kind: 'delegationAssignment', ...owner, state, ...times }
}

const days = (count: number) => new Date(createdAt.getTime() + count * 86_400_000)

for (const state of states) {
  if (state === 'EXPIRED') continue
  const life = state === 'UNASSIGNED' ? 1 : 7
  test(`${state} expires after ${life} days, not before`, () => {
    const assignment = state === 'UNASSIGNED' ? undefined : assigned(state)
    const before = new Date(days(life).getTime() - 1)
    expect(delegationState(request, assignment, before)).toBe(state)
    expect(delegationState(request, assignment, days(life))).toBe('EXPIRED')
  })
}

test('the session’s time runs from when the token was sent', () => {
  expect(delegatedSessionEndsAt(request, assigned('FINALIZED'))).toEqual(days(0.5))
  expect(delegatedSessionEndsAt(request, assigned('ACCEPTED'))).toBeUndefined()
})
