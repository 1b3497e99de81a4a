import type { HttpRequest, OperationInput, OperationModel } from '@bailiwick/wire'
import type { Check } from '../operation.ts'

/** A call to a service that the gate forwards, recognised and read. */
export interface ForwardedCall {
  /** By the prefix of its actions: `s3`. */
  readonly service: string
  readonly operation: OperationModel
  readonly input: OperationInput
  readonly partition: string
  readonly region: string
  /** The caller's; empty for the anonymous. */
  readonly accountId: string
  readonly request: HttpRequest
  /** The time of the request, for keys that count from it. */
  readonly now: Date
}

/** What a call needs allowed. What cannot be told is refused, never let through. */
export type Resolution =
  | { readonly ok: true; readonly checks: readonly Check[] }
  | { readonly ok: false; readonly why: string }

/** A call that names what no check can be made of. Caught in resolve.ts, and refused. */
export class Unresolvable extends Error {
  override readonly name = 'Unresolvable'
}

/** The member as a string; undefined where it is absent, empty or something else. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The member of a member: `at(input, 'CreateBucketConfiguration', 'LocationConstraint')`. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (held, name) =>
      typeof held === 'object' && held !== null && Object.hasOwn(held, name)
        ? (held as Readonly<Record<string, unknown>>)[name]
        : undefined,
    value,
  )
}

/** The member as a list; empty where it is absent or something else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The account an ARN names; undefined where it names none. */
export function accountOf(arn: string): string | undefined {
  const account = arn.split(':', 5)[4]
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined
}

/** A value as a condition compares it: dates in ISO 8601, numbers and flags as text. */
export function scalar(value: unknown): string | undefined {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return text(value)
}
