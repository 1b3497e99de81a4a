import { payloadOf, writeRequest } from '@bailiwick/wire'
import type { OperationInput, OperationModel, ServiceModel } from '@bailiwick/wire'
import type { Decide } from '../authorize/authorize.ts'
import type { GateScope } from '../operation.ts'
import type { DecidedCheck, GateAnswer, GateRequest } from '../ports.ts'
import { Refusal } from '../refusal.ts'
import type { KeptCall } from '../registry/kept.ts'
import { setUpDeliveries, type SettingUp } from '../registry/deliveries/set-up.ts'
import { keptOperation, keptService } from '../registry/kept-services.ts'
import type { Resource } from '../registry/resource.ts'
import { toldInput } from './account-names.ts'
import { passedAnswer, unreachable } from './answer.ts'
import { askingAs, askingFor } from './ask.ts'
import type { Backend } from './backend.ts'
import { decideForwarded } from './decide-forwarded.ts'
import { readyBuses } from './default-bus.ts'
import type { BackendAnswer, BackendStream } from './exchange.ts'
import { forAccount, ownerOf, type Forwarding, type OwnedForwarding } from './forwarding.ts'
import { keep, refuseAsDeclared, type Keeping } from './keep.ts'
import { gateOriginOf } from './location.ts'
import { promisedBody, verifiedBytes, type PromisedBody } from './payload.ts'
import { withBackendQueueUrl } from './queue-url.ts'

export type { Forwarding } from './forwarding.ts'

/** Whether the body of an operation is handed on as it comes: S3's objects. */
export function isStream(model: ServiceModel, operation: OperationModel): boolean {
  return model.signingName === 's3' && payloadOf(operation)?.streaming === true
}

export interface Forwarded {
  readonly answer: GateAnswer
  /** Policy had denied it. */
  readonly observed: boolean
  /** Resources that the backend turned out to have no longer, whose records are gone. */
  readonly lost: readonly Resource[]
}

/**
 * Decides a call for a backend and hands it on: as it was understood, signed anew, its body verified
 * while it passes. What the gate keeps itself it answers itself.
 *
 * @param decided Takes each check as it is decided.
 * @throws Refusal for what is not allowed, cannot be worked out, or does not arrive.
 */
export async function forward<Scope extends GateScope>(
  forwarding: Forwarding<Scope>,
  decide: Decide,
  decided: DecidedCheck[],
): Promise<Forwarded> {
  const { request, recognised, signer } = forwarding
  const { service, model } = recognised
  const isS3 = service.model.signingName === 's3'
  const wholeLength = request.stream === undefined ? request.body.length : undefined
  const promised = isS3 ? promisedBody(request, signer, wholeLength) : undefined
  if (promised !== undefined && request.stream === undefined) {
    holdToPromise(request, promised)
  }
  const read = recognised.call.readInput(service.model, model)
  if (!read.ok) throw new Refusal(read.error.code, read.error.message ?? '')
  const kept = keptService(service.model.service)
  const told = kept?.completes?.(model.name, read.input, askingFor(forwarding, []))
  const input = (await told?.catch(unreachable)) ?? read.input
  const permitted = await decideForwarded(forwarding, input, decide, decided)
  const owned: OwnedForwarding<Scope> = { ...forwarding, ...ownerOf(forwarding, permitted.checks) }
  const call: KeptCall = {
    ...callOf(owned, input),
    gateOrigin: gateOriginOf(request),
    allows: permitted.allows,
  }
  const send = (given: OperationInput) => sendOn(owned, given, promised)
  const lost: Resource[] = []
  const keeping = { forwarding: owned, call, permitted, send, lost: (r: Resource) => lost.push(r) }
  await refuseAsDeclared(call, service.model.service).catch(unreachable)
  const deliveries = await setUpDeliveries(settingUp(keeping, decide, decided)).catch(unreachable)
  const answer = await carriedOut(keeping).catch(async (thrown: unknown) => {
    await deliveries.settle(false)
    throw thrown
  })
  await deliveries.settle(answer.status < 400)
  const observed = permitted.observed || deliveries.observed
  return { answer: observed ? markedObserved(answer) : answer, observed, lost }
}

async function carriedOut<Scope extends GateScope>(keeping: Keeping<Scope>): Promise<GateAnswer> {
  const { forwarding, call, send } = keeping
  const { service, model } = forwarding.recognised
  const kept = keptService(service.model.service)
  return kept === undefined
    ? passedAnswer(await send(call.input).catch(unreachable), forwarding)
    : keep(keeping, kept, keptOperation(kept.service, model.name))
}

function settingUp<Scope extends GateScope>(
  { forwarding, call, permitted }: Keeping<Scope>,
  decide: Decide,
  decided: DecidedCheck[],
): SettingUp {
  const { recognised, scope, runRole } = forwarding
  const { service, model } = recognised
  const { checks } = permitted
  const about = { service: service.model.service, operation: model.name, checks }
  const observe = service.observe === true
  return { ...call, ...about, observe, requestId: scope.requestId, runRole, decide, decided }
}

function markedObserved(answer: GateAnswer): GateAnswer {
  return { ...answer, headers: { ...answer.headers, 'x-bailiwick-observed': 'deny' } }
}

function callOf<Scope extends GateScope>(
  forwarding: OwnedForwarding<Scope>,
  input: OperationInput,
): Omit<KeptCall, 'allows' | 'gateOrigin'> {
  const { recognised, scope, partition, resources } = forwarding
  const { caller, region, now } = scope
  const askFor = (account: string) =>
    askingAs({ ...forwarding, ...forAccount(forwarding, account) })
  const about = { operation: recognised.model, input, caller, accountId: caller.accountId ?? '' }
  return { ...about, partition, region, now, resources, ask: askingAs(forwarding), askFor }
}

async function sendOn<Scope extends GateScope>(
  { request, recognised, backend, scope, account, naming }: OwnedForwarding<Scope>,
  given: OperationInput,
  promised: PromisedBody | undefined,
): Promise<BackendAnswer> {
  const { service, model } = recognised
  const told = naming ? toldInput(given, service.model, model, naming) : given
  if (naming) await readyBuses(told, naming, { model: service.model, backend, now: scope.now })
  const input = understood(told, service.model, backend)
  const written = writeRequest(service.model, model, recognised.protocolName, input)
  refuseAmbiguous(written.target, written.headers)
  return backend.send(
    {
      ...written,
      headers: [...written.headers, ...passedOn(request)],
      body: promised !== undefined && request.stream ? streamOf(request, promised) : written.body,
      service: service.model.signingName,
      protocol: recognised.protocolName,
      region: scope.region,
      ...(account !== undefined && { account }),
      now: scope.now,
    },
    request.onClose,
  )
}

/** What decides is read from these bytes: in chunks they would have to be taken apart first. */
function holdToPromise(request: GateRequest, promised: PromisedBody): void {
  if (promised.length !== request.body.length) {
    throw new Refusal('InvalidRequest', 'This operation does not take a body in chunks.')
  }
  verifiedBytes(request.body, promised)
}

/** An input as the backend gets it: without the frames that the gate has taken off. */
function understood(input: OperationInput, model: ServiceModel, backend: Backend): OperationInput {
  const { signingName } = model
  if (signingName === 'sqs') return withBackendQueueUrl(input, backend.origin)
  const { ContentEncoding: encoding } = input
  if (signingName !== 's3' || typeof encoding !== 'string') return input
  const left = encoding
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each.toLowerCase() !== 'aws-chunked')
  return { ...input, ContentEncoding: left.length === 0 ? undefined : left.join(',') }
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
