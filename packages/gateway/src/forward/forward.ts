import type { Decision } from '@bailiwick/policy'
import { payloadOf, writeRequest } from '@bailiwick/wire'
import type { OperationInput, OperationModel, ServiceModel } from '@bailiwick/wire'
import { firstRefused, type Decide } from '../authorize/authorize.ts'
import { refusalMessage } from '../authorize/wording.ts'
import type { RequestSigner } from '../authenticate/signing-keys.ts'
import type { Check, GateScope } from '../operation.ts'
import type { DecidedCheck, GateAnswer, GateRequest, ResolveForwarded, Service } from '../ports.ts'
import type { Recognised } from '../recognise/recognise.ts'
import { Refusal } from '../refusal.ts'
import { accountOfCall, idChangeFor, refuseOtherAccounts } from './accounts.ts'
import {
  changedBody,
  changedHeader,
  namesAccounts,
  withChangedIds,
  type IdChange,
} from './account-ids.ts'
import type { Backend } from './backend.ts'
import { BackendError } from './backend-error.ts'
import type { BackendAnswer, BackendStream } from './exchange.ts'
import { renamedBytesMax, rewrittenBytesMax } from './limits.ts'
import { promisedBody, verifiedBytes, type PromisedBody } from './payload.ts'
import { namesQueues, withBackendQueueUrl, withGateQueueUrls } from './queue-url.ts'
import { wholeOf } from './whole-answer.ts'

/** A call whose caller is known. */
export interface Forwarding<Scope extends GateScope> {
  readonly request: GateRequest
  readonly recognised: Recognised<Scope>
  readonly backend: Backend
  readonly scope: GateScope
  readonly signer?: RequestSigner
  readonly partition: string
  readonly resolve: ResolveForwarded
}

/** Whether the body of an operation is handed on as it comes: S3's objects. */
export function isStream(model: ServiceModel, operation: OperationModel): boolean {
  return model.signingName === 's3' && payloadOf(operation)?.streaming === true
}

export interface Forwarded {
  readonly answer: GateAnswer
  /** Policy had denied it. */
  readonly observed: boolean
}

/**
 * Decides a call for a backend and hands it on: as it was understood, signed anew, its body verified
 * while it passes.
 *
 * @param decided Takes each check as it is decided.
 * @throws Refusal for what is not allowed, cannot be worked out, or does not arrive.
 */
export async function forward<Scope extends GateScope>(
  forwarding: Forwarding<Scope>,
  decide: Decide,
  decided: DecidedCheck[],
): Promise<Forwarded> {
  const { request, recognised, backend, scope, signer } = forwarding
  const { service, model } = recognised
  const isS3 = service.model.signingName === 's3'
  const promised = isS3 ? promisedBody(withLength(request), signer) : undefined
  if (promised !== undefined && request.stream === undefined) {
    holdToPromise(request, promised)
  }
  const read = recognised.call.readInput(service.model, model)
  if (!read.ok) throw new Refusal(read.error.code, read.error.message ?? '')
  const checks = checksOf(forwarding, read.input)
  const observed = authorizeForwarded(forwarding, checks, decide, decided)
  const account = accountOfCall(checks, scope.caller) ?? backend.accounts.account
  refuseOtherAccounts(service.model.service, account, backend.accounts)
  const ids = idChangeFor(account, backend.accounts)
  const input = understood(read.input, service.model, backend, ids)
  const written = writeRequest(service.model, model, recognised.protocolName, input)
  refuseAmbiguous(written.target, written.headers)
  const send = backend.send(
    {
      ...written,
      headers: [...written.headers, ...passedOn(request)],
      body: promised !== undefined && request.stream ? streamOf(request, promised) : written.body,
      service: service.model.signingName,
      region: scope.region,
      ...(account !== undefined && { account }),
      now: scope.now,
    },
    request.onClose,
  )
  const answer = await send.catch(unreachable)
  return { answer: await answered(answer, forwarding, observed, ids), observed }
}

/** A body that has come already has a length, whether it was declared or not. */
function withLength(request: GateRequest): GateRequest {
  if (request.stream !== undefined || request.headers.has('content-length')) return request
  const headers = new Map([...request.headers, ['content-length', String(request.body.length)]])
  return { ...request, headers }
}

/** What decides is read from these bytes: in chunks they would have to be taken apart first. */
function holdToPromise(request: GateRequest, promised: PromisedBody): void {
  if (promised.length !== request.body.length) {
    throw new Refusal('InvalidRequest', 'This operation does not take a body in chunks.')
  }
  verifiedBytes(request.body, promised)
}

/** What a call needs allowed. @throws Refusal where that cannot be told. */
function checksOf<Scope extends GateScope>(
  { request, recognised, scope, partition, resolve }: Forwarding<Scope>,
  input: OperationInput,
): readonly Check[] {
  const { service, model } = recognised
  const { caller, region } = scope
  const resolution = resolve({
    service: service.model.service,
    operation: model,
    input,
    partition,
    region,
    accountId: caller.accountId ?? '',
    request,
    now: scope.now,
  })
  if (!resolution.ok) {
    throw new Refusal('AccessDenied', `${model.name} cannot be decided on: ${resolution.why}`)
  }
  if (resolution.checks.length > 0) return resolution.checks
  throw new Error(`${service.model.service}:${model.name} declares no check`)
}

/** Whether policy denied it, and it is let through to be observed. @throws Refusal where not. */
function authorizeForwarded<Scope extends GateScope>(
  { request, recognised, scope }: Forwarding<Scope>,
  checks: readonly Check[],
  decide: Decide,
  decided: DecidedCheck[],
): boolean {
  const { service, model } = recognised
  const { caller } = scope
  const own = `${service.model.service}:${model.name}`
  const refused = firstRefused({ request, scope, checks, own }, decide, decided)
  if (refused === undefined) return false
  // Who is not known has nothing to be observed.
  if (service.observe === true && caller.principal.kind !== 'anonymous') return true
  const { check, action, decision } = refused
  throw new Refusal('AccessDenied', deniedMessage(service, scope, { check, action, decision }))
}

/** S3 puts the resource in quotes, and tells strangers nothing. Source: evaluation-logic §7.2. */
function deniedMessage<Scope extends GateScope>(
  { model }: Service<Scope>,
  { caller }: GateScope,
  refused: { readonly check: Check; readonly action: string; readonly decision: Decision },
): string {
  const { check, action, decision } = refused
  if (model.signingName !== 's3') return refusalMessage(caller, action, check, decision)
  const { resourceAccountId: owner, resourceArn } = check
  const isForeign = owner !== undefined && owner !== caller.accountId
  if (caller.accountId === undefined || isForeign) return 'Access Denied'
  const quoted = { ...check, resourceLabel: `"${resourceArn}"` }
  return refusalMessage(caller, action, quoted, decision)
}

/** An input as the backend gets it: without the frames that the gate has taken off. */
function understood(
  input: OperationInput,
  model: ServiceModel,
  backend: Backend,
  ids: IdChange | undefined,
): OperationInput {
  const { signingName } = model
  const known = ids === undefined ? input : withChangedIds(input, model, ids)
  if (signingName === 'sqs') return withBackendQueueUrl(known, backend.origin)
  const { ContentEncoding: encoding } = known
  if (signingName !== 's3' || typeof encoding !== 'string') return known
  const left = encoding
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each.toLowerCase() !== 'aws-chunked')
  return { ...known, ContentEncoding: left.length === 0 ? undefined : left.join(',') }
}

/**
 * Backends differ in what they make of dot segments and double slashes, so that they might reach
 * something else than what was decided on. Chosen by us: such keys are refused, AWS takes them.
 */
function refuseAmbiguous(target: string, headers: readonly (readonly [string, string])[]): void {
  const [path = ''] = target.split('?')
  if (/\/\.{0,2}\/|\/\.{1,2}$/.test(path)) {
    const message = 'A path with dot segments or empty segments is not forwarded.'
    throw new Refusal('MalformedHttpRequest', message)
  }
  if (headers.some(([name, value]) => !isHeaderText(name + value))) {
    throw new Refusal('MalformedHttpRequest', 'A header holds a character that none may hold.')
  }
}

/** What node would not send, nor anybody read. */
function isHeaderText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return false
  }
  return true
}

/** Headers that no model binds, and that decide nothing. */
const harmless = ['accept', 'user-agent', 'x-amzn-query-mode', 'x-amzn-trace-id']

function passedOn({ headers }: GateRequest): readonly (readonly [string, string])[] {
  return harmless.flatMap((name) => {
    const value = headers.get(name)
    return value === undefined ? [] : [[name, value] as const]
  })
}

function streamOf(request: GateRequest, promised: PromisedBody): BackendStream {
  if (request.stream === undefined) throw new Error('the body is no stream')
  return { source: request.stream(), ...promised }
}

function unreachable(thrown: unknown): never {
  if (!(thrown instanceof BackendError)) throw thrown
  const message = 'The service behind the gate cannot be reached. Please try again.'
  const refusal = new Refusal('ServiceUnavailable', message, 503)
  throw Object.assign(refusal, { cause: thrown })
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

async function answered<Scope extends GateScope>(
  { status, headers, body, endsWithConnection }: BackendAnswer,
  { request, recognised, backend, scope }: Forwarding<Scope>,
  observed: boolean,
  ids: IdChange | undefined,
): Promise<GateAnswer> {
  const { service, model } = recognised
  const isS3 = service.model.signingName === 's3'
  const listed = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/))
  const back = ids && { from: ids.to, to: ids.from }
  const kept = Object.entries(headers)
    .filter(
      ([name]) => !dropped.has(name) && !listed.has(name) && !name.startsWith('access-control-'),
    )
    .map(([name, value]) => [name, back ? changedHeader(name, value, back) : value] as const)
  const passed: Record<string, string> = {
    ...Object.fromEntries(kept),
    [isS3 ? 'x-amz-request-id' : 'x-amzn-requestid']: scope.requestId,
    ...(observed && { 'x-bailiwick-observed': 'deny' }),
  }
  const namesQueue = namesQueues(service.model.service, model.name)
  const namesIds = back !== undefined && namesAccounts(service.model, model)
  if (!namesQueue && !namesIds) {
    return { status, headers: passed, body, endsWithConnection }
  }
  const gate = `${request.secure ? 'https' : 'http'}://${request.headers.get('host') ?? ''}`
  const bytesMax = namesIds ? renamedBytesMax : rewrittenBytesMax
  const whole = await wholeOf(body, bytesMax).catch(unreachable)
  const owned = namesIds ? changedBody(whole, headers['content-type'] ?? '', back) : whole
  const text = namesQueue ? withGateQueueUrls(owned, backend.origin, gate) : owned
  // It is of the bytes as they came; boto3 holds it against those it gets.
  delete passed['x-amz-crc32']
  return { status, headers: { ...passed, 'content-length': String(text.length) }, body: text }
}
