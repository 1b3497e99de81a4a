import type { ReceivedAnswer } from '@bailiwick/wire'
import type { GateScope } from '../operation.ts'
import type { GateAnswer } from '../ports.ts'
import { Refusal } from '../refusal.ts'
import { heardAnswer, headersHeard, isHeard } from './account-names.ts'
import { BackendError } from './backend-error.ts'
import type { BackendAnswer } from './exchange.ts'
import type { OwnedForwarding } from './forwarding.ts'
import { renamedBytesMax, rewrittenBytesMax } from './limits.ts'
import { gateOriginOf, namesPlaces, withGateOrigin, withGatePlaces } from './location.ts'
import { namesQueues, withGateQueueUrls } from './queue-url.ts'
import { namesAccounts } from './renaming.ts'
import { wholeOf } from './whole-answer.ts'

/** What a backend that does not answer is to the caller. @throws Refusal */
export function unreachable(thrown: unknown): never {
  if (!(thrown instanceof BackendError)) throw thrown
  const message =
    thrown.failure === 'key'
      ? 'The service behind the gate does not take the key of the gate. Please tell its operator.'
      : 'The service behind the gate cannot be reached. Please try again.'
  const refusal = new Refusal('ServiceUnavailable', message, 503)
  throw Object.assign(refusal, { cause: thrown })
}

/** An answer with its whole body. @throws BackendError where it is too long, or breaks off. */
export async function wholeAnswer(
  { status, headers, body }: BackendAnswer,
  bytesMax: number,
): Promise<ReceivedAnswer> {
  return { status, headers, body: await wholeOf(body, bytesMax) }
}

/** Of one connection alone, or not the backend's to say. */
const dropped = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'date',
  'server',
  'set-cookie',
])

/** A backend's answer as the gate gives it. */
export async function passedAnswer<Scope extends GateScope>(
  answer: BackendAnswer,
  forwarding: OwnedForwarding<Scope>,
): Promise<GateAnswer> {
  if (isRewritten(forwarding, answer.status)) {
    const bytesMax = forwarding.naming === undefined ? rewrittenBytesMax : renamedBytesMax
    return passedWhole(await wholeAnswer(answer, bytesMax).catch(unreachable), forwarding)
  }
  const { status, body } = answer
  return { status, headers: passedHeaders(answer, forwarding), body }
}

/** The same of one that is here already. */
export function passedWhole<Scope extends GateScope>(
  answer: ReceivedAnswer,
  forwarding: OwnedForwarding<Scope>,
): ReceivedAnswer {
  const { request, recognised, backend } = forwarding
  const { service, model } = recognised
  const { status } = answer
  const headers = passedHeaders(answer, forwarding)
  if (!isRewritten(forwarding, status)) return { status, headers, body: answer.body }
  const { naming } = forwarding
  const isNamed = naming !== undefined && isHeardOf(forwarding, status)
  const owned = Buffer.from((isNamed ? heardAnswer(answer, naming) : answer).body)
  const { origin } = backend
  const text = namesQueues(service.model.service, model.name)
    ? withGateQueueUrls(owned, origin, gateOriginOf(request))
    : namesPlaces(service.model.service, model.name, status)
      ? withGatePlaces(owned, request, origin)
      : owned
  // It is of the bytes as they came; boto3 holds it against those it gets.
  delete headers['x-amz-crc32']
  return { status, headers: { ...headers, 'content-length': String(text.length) }, body: text }
}

function isRewritten<Scope extends GateScope>(
  forwarding: OwnedForwarding<Scope>,
  status: number,
): boolean {
  const { service, model } = forwarding.recognised
  if (namesQueues(service.model.service, model.name)) return true
  if (namesPlaces(service.model.service, model.name, status)) return true
  return isHeardOf(forwarding, status)
}

/** Whether an answer says something of accounts and names that is to be another. */
function isHeardOf<Scope extends GateScope>(
  { recognised, naming }: OwnedForwarding<Scope>,
  status: number,
): boolean {
  if (naming === undefined || !isHeard(naming)) return false
  return namesAccounts(recognised.service.model, recognised.model, status)
}

function passedHeaders<Scope extends GateScope>(
  { headers }: Pick<BackendAnswer, 'headers'>,
  forwarding: OwnedForwarding<Scope>,
): Record<string, string> {
  const { recognised, scope, request, backend, naming } = forwarding
  const isS3 = recognised.service.model.signingName === 's3'
  const listed = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/)
  const isNamed = naming !== undefined && isHeard(naming)
  const heard = isNamed ? headersHeard(naming) : undefined
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (dropped.has(name) || listed.includes(name) || name.startsWith('access-control-')) continue
    kept[name] = heard === undefined ? value : heard(name, value)
  }
  const { location } = headers
  return {
    ...kept,
    ...(location !== undefined && {
      location: withGateOrigin(location, request, backend.origin),
    }),
    [isS3 ? 'x-amz-request-id' : 'x-amzn-requestid']: scope.requestId,
  }
}
