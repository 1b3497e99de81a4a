import type { EntityBase } from './entity-base.ts'

/**
 * A resource of a backend, as the gate keeps it (decision 12): a bucket, queue, topic, table,
 * function, key … accountId: its owner. id: its incarnation. name: its ARN, as `resourceName` has it.
 */
export interface Resource extends EntityBase {
  readonly kind: 'resource'
  /** Of a bucket it names neither region nor account. */
  readonly arn: string
  /** By the prefix of its actions: `s3`. */
  readonly service: string
  /** As its service calls the kind: `bucket`. */
  readonly type: string
  /** `creating`: the backend has not said yes yet. */
  readonly state: 'creating' | 'active'
  /** As last written, byte for byte; and as it is decided on, with unique ids for principals. */
  readonly policy?: { readonly text: string; readonly saved: string }
  /** One more with each change. */
  readonly revision: number
  /** When the backend says that it was made: another time is another incarnation. */
  readonly backendCreatedAt?: Date
  /** What else its service lets be set of it, and the gate keeps. */
  readonly settings: Readonly<Record<string, unknown>>
}

/**
 * The name of a resource's record. ARNs compare exactly and names ignoring case, so each capital
 * letter is written as `^` and the small one.
 */
export function resourceName(arn: string): string {
  return arn.replaceAll(/[\^A-Z]/g, (letter) => `^${letter.toLowerCase()}`)
}
