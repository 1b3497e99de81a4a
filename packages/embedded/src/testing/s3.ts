/** An S3 of one test, called without HTTP. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { OperationInput } from '@bailiwick/wire'
import type { Outcome } from '../s3/call.ts'
import { S3Error } from '../s3/errors.ts'
import { handlers } from '../s3/handlers.ts'
import { S3Store } from '../s3/store.ts'

export const accountId = '111122223333'

export interface TestS3 {
  readonly folder: string
  readonly store: S3Store
  /** The output. Errors: rejects with an S3Error, as the handler does. */
  call(operation: string, input: OperationInput, body?: Readable | string): Promise<Output>
  /** The code of the error, or `ok`. */
  codeOf(operation: string, input: OperationInput, body?: Readable | string): Promise<string>
  close(): void
}

export type Output = Readonly<Record<string, unknown>> & {
  readonly status?: number
  readonly body?: string
}

/** With a bucket `bkt`. The clock stands still. */
export function openTestS3(): TestS3 {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-s3-'))
  const store = new S3Store(folder, () => Date.UTC(2026, 10, 24, 9, 0, 0, 500))
  const call: TestS3['call'] = async (operation, input, body = '') => {
    const handler = handlers.get(operation)
    if (handler === undefined) throw new Error(`no ${operation}`)
    const stream = typeof body === 'string' ? Readable.from([Buffer.from(body)]) : body
    const place = { accountId, region: 'us-east-1' }
    const given = { Bucket: 'bkt', ...input }
    const outcome: Outcome = await handler({ store, input: given, ...place, body: stream })
    const { output, status, stream: answered } = outcome
    const answer = answered && (await buffer(answered)).toString()
    return { ...output, ...(status && { status }), ...(answered && { body: answer }) }
  }
  const codeOf: TestS3['codeOf'] = (operation, input, body) =>
    call(operation, input, body).then(
      () => 'ok',
      (thrown: unknown) => {
        if (thrown instanceof S3Error) return thrown.code
        throw thrown
      },
    )
  store.db
    .prepare('INSERT INTO buckets (name, account, region, created) VALUES (?, ?, ?, 0)')
    .run('bkt', accountId, 'us-east-1')
  const close = () => {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { folder, store, call, codeOf, close }
}
