import type { Readable } from 'node:stream'
import type { OperationInput } from '@bailiwick/wire'
import { S3Error } from './errors.ts'
import { pageRowsMax } from './limits.ts'
import type { S3Store } from './store.ts'

/** A call, read. */
export interface Call {
  readonly store: S3Store
  readonly input: OperationInput
  readonly accountId: string
  readonly region: string
  /** Where its body is an object, or a part of one. */
  readonly body: Readable
}

export interface Outcome {
  readonly output?: Readonly<Record<string, unknown>>
  /** Where it is not the operation's own. */
  readonly status?: number
  /** The body, where it is an object. */
  readonly stream?: Readable
}

export type Handler = (call: Call) => Outcome | Promise<Outcome>

/** A member that the model requires. */
export function textIn(input: OperationInput, name: string): string {
  const value = input[name]
  if (typeof value === 'string' && value !== '') return value
  throw new S3Error('InvalidRequest', `${name} is missing.`)
}

export function optionalText(input: OperationInput, name: string): string | undefined {
  const value = input[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function pageSize(input: OperationInput, name: string): number {
  const value = input[name]
  if (typeof value !== 'number') return pageRowsMax
  if (value < 0) throw new S3Error('InvalidArgument', `${name} may not be negative.`)
  return Math.min(value, pageRowsMax)
}

/** A member that is a document with members, whatever came in its place. */
export function documentIn(input: OperationInput, name: string): Readonly<Record<string, unknown>> {
  const value = input[name]
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw new S3Error('MalformedXML')
}

/** The version that a call names, or the newest, and the id to answer with. @throws S3Error */
export function versionOf({ store, input }: Pick<Call, 'store' | 'input'>) {
  const { name, versioning } = store.bucket(input['Bucket'])
  const row = store.version(name, input['Key'], optionalText(input, 'VersionId'))
  return { row, VersionId: versioning === null ? undefined : row.version }
}
