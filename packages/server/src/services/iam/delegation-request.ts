/** A delegation request as the operations on it see it: who may see it, and as what. */
import type { Check } from '@bailiwick/gateway'
import { parsePolicy } from '@bailiwick/policy'
import type { DelegationAssignment, DelegationRequest } from '../../domain/delegation-entity.ts'
import {
  delegationAssignmentId,
  delegationExpiresAt,
  delegationState,
} from '../../domain/delegation.ts'
import type { Scope } from '../operation.ts'

/** A request with what its owner has made of it; `assignment` is absent while it has no owner. */
export interface Delegation {
  readonly request: DelegationRequest
  readonly assignment: DelegationAssignment | undefined
}

interface Named {
  readonly DelegationRequestId: string
}

/**
 * The request, where the caller's account may see it: one without owner account is everybody's,
 * any other its owner account's alone. Undefined where not. Source: IAM API Reference,
 * GetDelegationRequest.
 */
export async function findDelegation(
  { DelegationRequestId }: Named,
  { store, accountId }: Scope,
): Promise<Delegation | undefined> {
  const request = await store.get('delegationRequest', DelegationRequestId)
  if (!request) return undefined
  const id = delegationAssignmentId(DelegationRequestId)
  const assignment = await store.get('delegationAssignment', id)
  const ownerAccountId = assignment?.accountId ?? request.ownerAccountId
  if (ownerAccountId !== undefined && ownerAccountId !== accountId) return undefined
  return { request, assignment }
}

export function delegationArn(scope: Pick<Scope, 'partition' | 'accountId'>, id: string): string {
  return `arn:${scope.partition}:iam::${scope.accountId}:delegation-request/${id}`
}

/** What the owner of a request may do with it without a policy of its own that allows it. */
const defaultPermissions = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: '*',
      Action: [
        'iam:GetDelegationRequest',
        'iam:GetHumanReadableSummary',
        'iam:UpdateDelegationRequest',
      ],
      Resource: '*',
    },
  ],
})

export function isOwner({ caller }: Scope, { assignment }: Delegation): boolean {
  return assignment !== undefined && caller.userId === assignment.ownerUserId
}

/**
 * The check of an operation on a delegation request, under the ARN of the caller's account. Its
 * owner has the default permissions, as from a policy of the request itself.
 * Source: IAM User Guide, "Managing permissions for delegation requests".
 */
export function delegationCheck(
  { DelegationRequestId }: Named,
  scope: Scope,
  found: Delegation | undefined,
): Check {
  const resourceArn = delegationArn(scope, DelegationRequestId)
  const contextKeys = { 'iam:DelegationRequestOwner': found?.assignment?.ownerArn }
  if (!found || !isOwner(scope, found)) return { resourceArn, contextKeys }
  const policy = scope.compiledPolicy(defaultPermissions, 'resourcePolicy')
  if (!policy) throw new Error('the default permissions of delegation requests do not parse')
  const source = { policyType: 'resourcePolicy', id: 'DefaultPermissions' } as const
  return { resourceArn, contextKeys, resourcePolicies: [{ source, policy }] }
}

/** Permissions boundaries that the policy asks of the roles it lets be made. */
function boundaryArns(text: string, partition: string): readonly string[] {
  const parsed = parsePolicy(text, 'sessionPolicy', { partition })
  if (!parsed.ok) return []
  const conditions = parsed.document.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) => statement.conditions)
    .filter(({ conditionKey }) => conditionKey.toLowerCase() === 'iam:permissionsboundary')
  return [...new Set(conditions.flatMap(({ values }) => values))]
}

function permissionsView({ policyTemplateArn, parameters }: DelegationRequest) {
  const Parameters = parameters.map(({ name, values, type }) => {
    return { Name: name, Values: [...values], Type: type }
  })
  return { PolicyTemplateArn: policyTemplateArn, Parameters }
}

/** Characters of the requestor's name that are shown. Source: IAM API Reference, RequestorName. */
const requestorNameCharsMax = 30

/** As GetDelegationRequest and ListDelegationRequests show it. */
export async function delegationView(
  { store, now, partition }: Scope,
  { request, assignment }: Delegation,
) {
  const { requestMessage, redirectUrl } = request
  const ownerAccountId = assignment?.accountId ?? request.ownerAccountId
  const requestor = await store.account(request.accountId)
  return {
    DelegationRequestId: request.id,
    ...(ownerAccountId !== undefined && { OwnerAccountId: ownerAccountId }),
    Description: request.description,
    ...(requestMessage !== undefined && { RequestMessage: requestMessage }),
    Permissions: permissionsView(request),
    PermissionPolicy: request.permissionPolicy,
    RolePermissionRestrictionArns: [...boundaryArns(request.permissionPolicy, partition)],
    ...(assignment && { OwnerId: assignment.ownerArn }),
    ...(assignment?.approver && { ApproverId: assignment.approver.arn }),
    State: delegationState(request, assignment, now),
    ExpirationTime: delegationExpiresAt(request, assignment),
    RequestorId: request.accountId,
    ...(requestor && { RequestorName: requestor.name.slice(0, requestorNameCharsMax) }),
    CreateDate: request.createdAt,
    SessionDuration: request.sessionDurationSeconds,
    ...(redirectUrl !== undefined && { RedirectUrl: redirectUrl }),
    ...(assignment?.notes !== undefined && { Notes: assignment.notes }),
    ...(assignment?.rejectionReason !== undefined && {
      RejectionReason: assignment.rejectionReason,
    }),
    OnlySendByOwner: request.onlySendByOwner,
    UpdatedTime: assignment?.updatedAt ?? request.createdAt,
  }
}
