/** What IAM keeps of the delegation requests of one account to another. */
import type { AccountId, EntityBase, Tag } from './entity-base.ts'

/** A value for a placeholder of a policy template. */
export interface PolicyParameter {
  readonly name: string
  readonly values: readonly string[]
  readonly type: 'string' | 'stringList'
}

/**
 * accountId: the requestor's. id and name: a UUID. What it asks of another account never changes;
 * what the owner makes of it is a `DelegationAssignment`.
 */
export interface DelegationRequest extends EntityBase {
  readonly kind: 'delegationRequest'
  /** Absent: it is for whoever associates it. */
  readonly ownerAccountId?: AccountId
  readonly description: string
  readonly policyTemplateArn: string
  readonly parameters: readonly PolicyParameter[]
  /** The template with its parameters put in: what the session may do at most. */
  readonly permissionPolicy: string
  readonly requestMessage?: string
  /** Unique among the requests of the requestor. */
  readonly requestorWorkflowId: string
  readonly redirectUrl?: string
  /** ARN of the SNS topic that is told of changes. */
  readonly notificationChannel: string
  readonly sessionDurationSeconds: number
  readonly onlySendByOwner: boolean
}

/** Whose permissions an accepted delegation request lends, as they were when it was accepted. */
export interface DelegationApprover {
  readonly kind: 'root' | 'user' | 'roleSession'
  readonly arn: string
  /** Unique id of the user or role; the account id for root. */
  readonly principalId: string
  /** Of a role session, as are the rest. */
  readonly sessionName?: string
  readonly tags: readonly Tag[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
}

/**
 * accountId: the owner's. id: `delegationAssignmentId` of the request; name: the request's id. Of
 * two accounts that associate a request at once, its `delegationClaim` says which came first.
 */
export interface DelegationAssignment extends EntityBase {
  readonly kind: 'delegationAssignment'
  /** Of the identity that associated the request: its ARN, and its aws:userid. */
  readonly ownerArn: string
  readonly ownerUserId: string
  readonly state: 'ASSIGNED' | 'PENDING_APPROVAL' | 'ACCEPTED' | 'REJECTED' | 'FINALIZED'
  /** When it came into that state: FINALIZED is when the delegated session begins. */
  readonly stateChangedAt: Date
  readonly updatedAt: Date
  readonly notes?: string
  readonly rejectionReason?: string
  /** Once it was accepted. */
  readonly approver?: DelegationApprover
}
