/** What operators see of the registry of resources (decision 12), and how they fill it. */

export interface KeptResource {
  readonly arn: string
  readonly accountId: string
  /** By the prefix of its actions: `s3`. */
  readonly service: string
  readonly type: string
  readonly state: 'creating' | 'active'
  readonly createdAt: Date
  readonly hasPolicy: boolean
}

/** What is delivered inside a backend, and whether it may be (decision 0025). */
export interface KeptDelivery {
  readonly arn: string
  /** In whose name it is delivered. */
  readonly accountId: string
  readonly source: string
  readonly target: string
  /** The operation that set it up: `sns:Subscribe`. */
  readonly setBy: string
  /** A service, the ARN of a role or of a function whose role it is, or the owner's account. */
  readonly deliverer: string
  readonly delivererType: 'SERVICE' | 'ROLE' | 'FUNCTION' | 'OWNER'
  readonly state: 'PENDING' | 'ADMITTED' | 'BROKEN' | 'SUSPENDED'
  readonly since: Date
  /** Why it is broken. */
  readonly reason?: string
}

/** The part of a backend that is asked about: one account's, in one region. */
export interface BackendPlace {
  readonly service: string
  readonly accountId: string
  readonly region: string
  readonly now: Date
}

/** Of what a backend has. */
export interface BackendResource {
  readonly arn: string
  readonly type: string
  readonly createdAt?: Date
  /** Who has adopted or made it. */
  readonly ownerId?: string
}

/**
 * `OWNED`: somebody has it already. `MISSING`: the backend does not have it. `OTHER_ACCOUNT`: its
 * ARN, or the backend's one resource of that name, is another account's.
 */
export interface Adoption {
  readonly arn: string
  readonly outcome: 'ADOPTED' | 'OWNED' | 'MISSING' | 'OTHER_ACCOUNT'
  /** Whose it is. */
  readonly ownerId?: string
}

export interface KeptResourcesRequest extends KeptDeliveriesRequest {
  /** Absent: all of them. */
  readonly service?: string | undefined
}

export interface KeptDeliveriesRequest {
  /** Absent: all of them. */
  readonly accountId?: string | undefined
  /** An ARN; exclusive. */
  readonly after?: string | undefined
  readonly limit: number
}

export interface RegistryPort {
  /** The deployment's first account: its principals alone adopt and release. */
  readonly operatorAccountId: string
  /** In order of ARN. */
  list(request: KeptResourcesRequest): readonly KeptResource[]
  /** In order of ARN. */
  deliveries(request: KeptDeliveriesRequest): readonly KeptDelivery[]
  /**
   * All that a backend has, in order of ARN; undefined where the service has no backend, or none
   * whose resources are kept. Errors: a failure of the backend.
   */
  backendResources(place: BackendPlace): Promise<readonly BackendResource[] | undefined>
  /** Records resources for their owner; undefined as above. Errors: a failure of the backend. */
  adopt(
    place: BackendPlace,
    arns: readonly string[],
    requestId: string,
  ): Promise<readonly Adoption[] | undefined>
  /** Forgets records; the backend is not told. Answers those that were there. */
  release(arns: readonly string[], event: ReleaseEvent): Promise<readonly string[]>
}

export interface ReleaseEvent {
  readonly requestId: string
  readonly now: Date
}
