/**
 * The life of a request: recognise, authenticate, resolve, authorize, prepare, handle or forward,
 * answer, ledger. There is no other way through the house, and whatever goes wrong on it refuses the
 * request.
 */
import { decide as enforcedDecide } from '@bailiwick/policy'
import { awsQuery, notImplementedError } from '@bailiwick/wire'
import type { HttpAnswer, HttpRequest, OperationInput, Protocol, WireError } from '@bailiwick/wire'
import { authenticate, unsigned } from './authenticate/authenticate.ts'
import { SigningKeys } from './authenticate/signing-keys.ts'
import { authorize, type Decide } from './authorize/authorize.ts'
import type { Caller } from './caller.ts'
import { BackendError } from './forward/backend-error.ts'
import { authenticateForm } from './form/authenticate-form.ts'
import { holdToPolicy } from './form/post-policy.ts'
import { openForm } from './form/posted-file.ts'
import {
  answerOfForm,
  bucketOfForm,
  namedFields,
  putOfForm,
  unreadPut,
} from './form/posted-object.ts'
import { forward, isStream, type Forwarding } from './forward/forward.ts'
import type { GateScope } from './operation.ts'
import type {
  DecidedCheck,
  GateAnswer,
  GateEvent,
  GatePorts,
  GateRequest,
  Service,
} from './ports.ts'
import { recognise, type Recognised } from './recognise/recognise.ts'
import { isRefusal, Refusal } from './refusal.ts'
import { lookUpsIn } from './registry/look-ups.ts'
import { resolveForwarded } from './resolve/resolve.ts'
import { runOperation } from './run-operation.ts'

/** What is found out about one request on its way, for the answer and the ledger. */
interface Journey<Scope extends GateScope> {
  readonly request: GateRequest
  readonly requestId: string
  readonly at: Date
  recognised?: Recognised<Scope>
  caller?: Caller
  region?: string
  input?: OperationInput
  output?: unknown
  checks: DecidedCheck[]
  observed?: boolean
  lost?: readonly string[]
  error?: WireError
  backendFailure?: string
}

/** The gate, for the listener. */
export interface Gate {
  /** Answers any request, and never throws. */
  readonly answer: (request: GateRequest) => Promise<GateAnswer>
  /**
   * Whether the body of a request is to be handed over as it comes: from its head alone, whose `body`
   * is empty.
   */
  readonly isStreamed: (head: HttpRequest) => boolean
}

/**
 * The gate.
 *
 * @param decide The policy engine; another one only in tests.
 */
export function createGate<Scope extends GateScope>(
  ports: GatePorts<Scope>,
  decide: Decide = enforcedDecide,
): Gate {
  const signingKeys = new SigningKeys()
  const answer = async (request: GateRequest): Promise<GateAnswer> => {
    const startedAt = ports.stopwatch()
    const at = ports.clock()
    const journey: Journey<Scope> = { request, requestId: ports.newRequestId(), at, checks: [] }
    let answer: GateAnswer
    try {
      answer = await pass(journey, ports, signingKeys, decide)
    } catch (thrown) {
      answer = refuseThrown(journey, thrown, ports)
    }
    record(journey, answer, ports, ports.stopwatch() - startedAt)
    return answer
  }
  return { answer, isStreamed: (head) => isStreamed(head, ports.services) }
}

/** What comes with PUT, and forms: clients of Query and JSON services post, and S3's objects are put. */
function isStreamed<Scope extends GateScope>(
  head: HttpRequest,
  services: ReadonlyMap<string, Service<Scope>>,
): boolean {
  if (services.get('s3')?.backend === undefined) return false
  if (head.method !== 'PUT') return bucketOfForm(head) !== undefined
  const recognition = recognise(head, services)
  if (!recognition.ok) return false
  const { service, model } = recognition.recognised
  return service.backend !== undefined && isStream(service.model, model)
}

/** What a backend's resources may let in who says nothing of himself: their policies decide. */
const admitsAnybody = new Set(['s3', 'sns', 'sqs'])

async function pass<Scope extends GateScope>(
  journey: Journey<Scope>,
  ports: GatePorts<Scope>,
  signingKeys: SigningKeys,
  decide: Decide,
): Promise<GateAnswer> {
  const { request, requestId, at } = journey
  const bucket = ports.services.get('s3')?.backend && bucketOfForm(request)
  if (bucket !== undefined) return passForm(journey, bucket, ports, signingKeys, decide)

  // Recognise: which service, which operation.
  const recognition = recognise(request, ports.services)
  if (!recognition.ok) {
    const { protocol, model, error } = recognition.unrecognised
    journey.error = error
    return protocol.writeError(model, error, requestId)
  }
  const { recognised } = recognition
  const { service, protocol, operation } = recognised
  journey.recognised = recognised

  // Authenticate: who signed it. Of what its input proves, a signature says nothing: it is not read.
  const { signingName } = service.model
  const { backend } = service
  const mayBeAnonymous =
    operation?.access === 'anonymous' || (backend !== undefined && admitsAnybody.has(signingName))
  const asked = { signingName, now: at, mayBeAnonymous }
  const proof = operation?.proof
  const signer = proof
    ? unsigned
    : await authenticate(request, asked, ports.credentials, signingKeys)
  if (!signer.ok) return refuse(journey, signer.error)
  journey.caller = signer.caller
  const region = service.globalRegion ?? signer.region
  const organizations = ports.organizationOf && { organizationOf: ports.organizationOf }
  journey.region = region

  // Forward: resolved, authorised and handed on to the service's backend.
  if (backend !== undefined) {
    const scope: GateScope = { caller: signer.caller, requestId, now: at, region, ...organizations }
    const found = 'signer' in signer ? { signer: signer.signer } : {}
    return handOn(journey, { request, recognised, backend, scope, ...found }, ports, decide)
  }

  // The typed input: what the model says of it holds from here on.
  const read = recognised.call.readInput(service.model, recognised.model)
  if (!read.ok) return refuse(journey, read.error)
  journey.input = read.input
  if (operation === undefined) return refuse(journey, notImplementedError(recognised.model.name))

  // Authenticate, where the input does it.
  const caller = proof ? await ports.credentials.prove(proof(read.input), at) : signer.caller
  journey.caller = caller

  // Resolve, authorize, prepare, handle: in one snapshot, or a transaction of its own.
  const gate: GateScope = { caller, requestId, now: at, region, ...organizations }
  const { input } = read
  const output = await runOperation({ operation, input, gate }, ports.scopes, (scope, resolved) => {
    const decided: DecidedCheck[] = []
    journey.checks = decided
    authorize({ request, operation, input, scope, resolved }, decide, decided, 'AccessDenied')
  })
  journey.output = output

  // Answer, in the service's own protocol.
  return protocol.writeOutput(service.model, recognised.model, output, requestId)
}

/** A form that a browser posts to a bucket goes the same way, as the PUT that says the same. */
async function passForm<Scope extends GateScope>(
  journey: Journey<Scope>,
  bucket: string,
  ports: GatePorts<Scope>,
  signingKeys: SigningKeys,
  decide: Decide,
): Promise<GateAnswer> {
  const { request, requestId, at } = journey
  // Whatever is wrong with the form is said as S3 says it.
  journey.recognised = recognisedPut(unreadPut(request), ports)
  const form = await openForm(request)
  const fields = namedFields(form)
  const signer = await authenticateForm(form.fields, at, ports.credentials, signingKeys)
  const { caller, region } = signer
  Object.assign(journey, { caller, region })
  const policy = fields.get('policy')
  const file = await form.file()
  if (policy !== undefined) holdToPolicy(policy, { fields, bucket, fileLength: file.length }, at)
  const put = putOfForm(request, fields, file, signer)
  const recognised = recognisedPut(put, ports)
  journey.recognised = recognised
  const { backend } = recognised.service
  if (backend === undefined) throw new Error('a form is for a backend')
  const scope: GateScope = { caller, requestId, now: at, region }
  const answer = await handOn(journey, { request: put, recognised, backend, scope }, ports, decide)
  return answerOfForm(request, put, bucket, fields, answer)
}

/** @throws Refusal for what would be another operation than PutObject. */
function recognisedPut<Scope extends GateScope>(
  put: GateRequest,
  ports: GatePorts<Scope>,
): Recognised<Scope> {
  const recognition = recognise(put, ports.services)
  if (recognition.ok && recognition.recognised.model.name === 'PutObject') {
    return recognition.recognised
  }
  throw new Refusal('InvalidArgument', 'The form is not one that puts an object.', 400)
}

async function handOn<Scope extends GateScope>(
  journey: Journey<Scope>,
  call: Omit<Forwarding<Scope>, 'resolve' | 'partition' | 'resources'>,
  ports: GatePorts<Scope>,
  decide: Decide,
): Promise<GateAnswer> {
  const { resolveForwarded: resolve = resolveForwarded, partition = 'aws' } = ports
  const { resources, lookUps = lookUpsIn(resources), runRole } = ports
  const known = { resources, lookUps, ...(runRole && { runRole }) }
  const forwarding = { ...call, resolve, partition, ...known }
  const { answer, observed, lost } = await forward(forwarding, decide, journey.checks)
  journey.observed = observed
  journey.lost = lost.map(({ arn }) => arn)
  return answer
}

function refuse<Scope extends GateScope>(journey: Journey<Scope>, error: WireError): HttpAnswer {
  journey.error = error
  const { recognised, requestId } = journey
  if (recognised === undefined) throw new Error('refused before it was recognised')
  return recognised.protocol.writeError(recognised.service.model, error, requestId)
}

/** A refusal is answered as it is; anything else is a bug, and the caller learns only its id. */
function refuseThrown<Scope extends GateScope>(
  journey: Journey<Scope>,
  thrown: unknown,
  ports: GatePorts<Scope>,
): HttpAnswer {
  const { requestId, recognised } = journey
  const error: WireError = isRefusal(thrown)
    ? { code: thrown.code, ...(thrown.message !== '' && { message: thrown.message }) }
    : {
        code: 'InternalFailure',
        message: 'The request processing has failed because of an unknown error.',
      }
  const cause = isRefusal(thrown) ? thrown.cause : thrown
  if (cause instanceof BackendError) journey.backendFailure = cause.message
  else if (!isRefusal(thrown) || cause !== undefined) {
    ports.reportBug(requestId, cause)
  }
  journey.error = error
  const model = recognised?.service.model
  const protocol: Protocol = recognised?.protocol ?? awsQuery
  const answer = protocol.writeError(model, error, requestId)
  // A status of its own counts only where the model does not know the code.
  const own = isRefusal(thrown) && recognised?.service.backend ? thrown.status : undefined
  return own === undefined ? answer : { ...answer, status: own }
}

/** Of forwarded operations the models do not say so. Source: how AWS names what only reads. */
function mutatesByName<Scope extends GateScope>({ service, model }: Recognised<Scope>): boolean {
  const reads = /^(BatchGet|Describe|Get|Head|List|Query|Receive|Scan|Search|Select|Test|Validate)/
  return service.backend !== undefined && !reads.test(model.name)
}

function record<Scope extends GateScope>(
  journey: Journey<Scope>,
  answer: GateAnswer,
  ports: GatePorts<Scope>,
  durationMs: number,
): void {
  const { request, recognised, caller, region, input, output, error } = journey
  const event: GateEvent = {
    requestId: journey.requestId,
    at: journey.at,
    durationMs,
    checks: journey.checks,
    status: answer.status,
    sourceIp: request.remoteAddress,
    userAgent: request.headers.get('user-agent') ?? '',
    secure: request.secure,
    ...(request.tls && { tls: request.tls }),
    host: request.headers.get('host') ?? '',
    ...(recognised && {
      service: recognised.service.model,
      operation: recognised.model.name,
      mutates: recognised.operation?.mutates ?? mutatesByName(recognised),
    }),
    ...(journey.observed && { observed: true }),
    ...(journey.lost?.length && { lost: journey.lost }),
    ...(region !== undefined && { region }),
    ...(caller && { caller }),
    ...(input && { input }),
    ...(output !== undefined && { output }),
    ...(error && { error: { code: error.code, message: error.message ?? '' } }),
    ...(journey.backendFailure !== undefined && { backendFailure: journey.backendFailure }),
  }
  try {
    ports.record(event)
  } catch (cause) {
    ports.reportBug(journey.requestId, cause)
  }
}
