import { headersOf, loadModel } from '@bailiwick/wire'
import type { HttpRequest, ModelledService, OperationModel } from '@bailiwick/wire'
import type { ForwardedCall, Resolution } from '../resolve/forwarded-call.ts'
import { resolveForwarded } from '../resolve/resolve.ts'

/** A request without header and body. */
export const nothingSent: HttpRequest = {
  method: 'POST',
  target: '/',
  rawHeaders: [],
  headers: headersOf([]),
  body: new Uint8Array(),
  secure: true,
  remoteAddress: '192.0.2.1',
}

/** Resolves a call of an operation, `sqs:SendMessage`, as a caller of 111122223333 makes it. */
export function resolveCall(
  name: string,
  input: object,
  more: Partial<ForwardedCall> = {},
): Resolution {
  const [service = '', operation = ''] = name.split(':')
  return resolveForwarded({
    service,
    operation: loadModel(service as ModelledService).operations.get(operation) as OperationModel,
    input: input as Record<string, unknown>,
    partition: 'aws',
    region: 'eu-west-1',
    accountId: '111122223333',
    request: nothingSent,
    now: new Date('2026-11-24T12:00:00Z'),
    ...more,
  })
}
