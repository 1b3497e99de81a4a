import type { CompiledPolicy } from '@bailiwick/policy'

export interface ResourceTag {
  readonly Key: string
  readonly Value: string
}

/** A policy as it was given, and as it is decided on: with unique ids for users and roles. */
export interface SavedPolicy {
  readonly text: string
  readonly saved: string
}

/** What can be said of a resource when it is made. */
export interface NewResource {
  /** Of a bucket it names neither region nor account. */
  readonly arn: string
  /** By the prefix of its actions: `s3`. */
  readonly service: string
  /** As its service calls the kind: `bucket`. */
  readonly type: string
  /** Its owner. */
  readonly accountId: string
  /** `creating`: the backend has not said yes yet. */
  readonly state: 'creating' | 'active'
  readonly tags: readonly ResourceTag[]
  readonly policy?: SavedPolicy
  /** When the backend says that it was made: another time is another incarnation. */
  readonly backendCreatedAt?: Date
  /** What else its service lets be set of it, and the gate keeps; JSON. */
  readonly settings: Readonly<Record<string, unknown>>
}

/** A resource of a backend as the gate knows it: what the backend says of itself counts for nothing. */
export interface Resource extends NewResource {
  /** Its incarnation: never used again. */
  readonly id: string
  readonly createdAt: Date
  /** One more with each change. */
  readonly revision: number
}

/** The request that causes a change, for the log of changes. */
export interface ResourceEvent {
  readonly requestId: string
  readonly now: Date
}

/** `missing`: a principal that does not exist. */
export type SavedText =
  | { readonly ok: true; readonly policy: SavedPolicy }
  | { readonly ok: false; readonly missing: string }

/** The registry: read from memory, changed durably. */
export interface ResourcePort {
  find(arn: string): Resource | undefined
  /** What an account has of a kind, in order of the ARNs. */
  list(kind: Pick<Resource, 'accountId' | 'service' | 'type'>): readonly Resource[]
  /** Those whose ARNs begin with that text, of whichever accounts. Cost: all records are looked at. */
  beginningWith(text: string): readonly Resource[]
  /** Undefined where the ARN is taken, by whichever account. */
  create(resource: NewResource, event: ResourceEvent): Promise<Resource | undefined>
  /**
   * Changes the record of that incarnation, as it stands in its transaction; undefined where it is
   * gone. What `change` throws undoes it all, and is thrown on.
   */
  change(
    resource: Resource,
    event: ResourceEvent,
    change: (current: Resource) => Resource,
  ): Promise<Resource | undefined>
  /** Removes the record of that incarnation, if it is there and, where one is given, in that state. */
  remove(resource: Resource, event: ResourceEvent, state?: Resource['state']): Promise<void>
  /** A policy of a resource ready to be decided on; one that does not parse denies everything. */
  compiled(policy: SavedPolicy): CompiledPolicy
  /** A policy with its users and roles found, wherever in the deployment they are. */
  savedPolicy(text: string): Promise<SavedText>
  /** As it is read back: with the ARNs of today. */
  shownPolicy(policy: SavedPolicy): Promise<string>
}
