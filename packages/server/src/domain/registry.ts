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

export interface KeptResourcesRequest {
  /** Absent: all of them. */
  readonly service?: string | undefined
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
