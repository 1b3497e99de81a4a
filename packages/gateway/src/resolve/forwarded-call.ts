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
  readonly request: HttpRequest & FromForm
  /** The time of the request, for keys that count from it. */
  readonly now: Date
  readonly lookUps?: LookUps
}

/** That a request came as a form, which a browser posts. */
export interface FromForm {
  readonly posted?: {
    /** When its policy was signed; absent where nobody signed it. */
    readonly signedAt?: Date
  }
}

/** What requests do not tell and somebody may know. Each is undefined for what it does not. */
export interface LookUps {
  /** The ARN of the key that an alias stands for, by the alias's ARN. */
  readonly keyOfAlias?: (aliasArn: string) => string | undefined
  /** The whole ARN of a secret, by an ARN that ends with its name. */
  readonly secretOfName?: (nameArn: string) => string | undefined
  /** The name of a table's partition key, by the table's ARN. */
  readonly partitionKeyOf?: (tableArn: string) => string | undefined
}

/**
 * Stand in an ARN for what the request does not tell of it: any text, any one character. Not `*` and
 * `?`, which names may hold.
 */
export const anyText = '\u{e000}'
export const anyCharacter = '\u{e001}'

/** An ARN as policies would write it, and whether some of it is not known. */
export function patternOf(arn: string): { readonly arn: string; readonly unknown: boolean } {
  const pattern = arn.replaceAll(anyText, '*').replaceAll(anyCharacter, '?')
  return { arn: pattern, unknown: pattern !== arn }
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
