import {
  awsJson1_0,
  awsQuery,
  openRest,
  protocolNamed,
  rawPathOf,
  rawQueryOf,
  restXml,
  rpcV2Cbor,
  unknownOperationError,
  xmlBody,
} from '@bailiwick/wire'
import type {
  HttpRequest,
  OpenedCall,
  OperationModel,
  Protocol,
  ProtocolName,
  ServiceModel,
  WireError,
} from '@bailiwick/wire'
import type { AnyOperation, GateScope } from '../operation.ts'
import type { Service } from '../ports.ts'
import { s3PlaceOf } from './s3-place.ts'

/** A request whose service and operation are known. Its input is read once the caller is. */
export interface Recognised<Scope extends GateScope> {
  readonly service: Service<Scope>
  readonly model: OperationModel
  readonly protocol: Protocol
  readonly protocolName: ProtocolName
  readonly call: OpenedCall
  /** Undefined: the model has it, we do not yet. */
  readonly operation: AnyOperation<Scope> | undefined
}

/** What could not be recognised, with as much as is known for the answer's form. */
export interface Unrecognised {
  readonly error: WireError
  readonly protocol: Protocol
  readonly model?: ServiceModel
}

export type Recognition<Scope extends GateScope> =
  | { readonly ok: true; readonly recognised: Recognised<Scope> }
  | { readonly ok: false; readonly unrecognised: Unrecognised }

/**
 * Which service and operation a request is for, from the request alone: by its target, the path of
 * RPC v2, the service it was signed for where that is bound to paths, its Query version, or else the
 * service it was signed for; what is not signed and none of these is S3's, where there is one. What
 * is not mapped is refused; nothing is guessed. Whether the signature is for that service is for
 * `authenticate` to say, in AWS's words.
 * Source: how AWS's clients address a shared endpoint.
 */
export function recognise<Scope extends GateScope>(
  request: HttpRequest,
  services: ReadonlyMap<string, Service<Scope>>,
): Recognition<Scope> {
  const target = request.headers.get('x-amz-target')
  const signingName = signingNameOf(request)
  if (target !== undefined) {
    const service = byTarget(target, services)
    if (service === undefined) return unmapped(signingName ?? target, awsJson1_0)
    return opened(service, spokenBy(service.model, isJson) as ProtocolName, request)
  }
  if (request.headers.get('smithy-protocol') === 'rpc-v2-cbor') {
    const service = byCborPath(request, services)
    if (service === undefined) return unmapped(signingName, rpcV2Cbor)
    return opened(service, 'rpcV2Cbor', request)
  }
  const signedFor = signingName === undefined ? undefined : services.get(signingName)
  const rest = signedFor && spokenBy(signedFor.model, isRest)
  if (signedFor !== undefined && rest !== undefined) return opened(signedFor, rest, request)
  const form = awsQuery.open(request)
  const service = (form.ok && byVersion(form.call.version, services)) || signedFor
  if (service === undefined) {
    const s3 = services.get('s3')
    const isForS3 = signingName === undefined && form.ok && form.call.operationName === undefined
    return isForS3 && s3 !== undefined ? opened(s3, 'restXml', request) : unmapped(signingName)
  }
  const query = spokenBy(service.model, isQuery)
  if (query === 'awsQuery') return named(service, query, form)
  return opened(service, query ?? service.model.protocol, request)
}

function opened<Scope extends GateScope>(
  service: Service<Scope>,
  protocolName: ProtocolName,
  request: HttpRequest,
): Recognition<Scope> {
  const { model } = service
  const protocol = protocolNamed(protocolName)
  if (model.signingName !== 's3') return named(service, protocolName, protocol.open(request, model))
  if (isSignatureVersion2(request)) return refuse({ error: signatureVersion2, protocol, model })
  const place = s3PlaceOf(request)
  return named(service, protocolName, place.ok ? openRest(model, request, xmlBody, place) : place)
}

/** Source: S3 API Reference, "Error responses"; S3 takes it for buckets from before June 2020 alone. */
const signatureVersion2: WireError = {
  code: 'InvalidRequest',
  message:
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
}

/** What older clients presign with, unless they are told the version or a younger region. */
function isSignatureVersion2({ headers, target }: HttpRequest): boolean {
  if (headers.get('authorization')?.startsWith('AWS ') === true) return true
  return /(?:^|&)AWSAccessKeyId=/.test(rawQueryOf(target))
}

function named<Scope extends GateScope>(
  service: Service<Scope>,
  protocolName: ProtocolName,
  opened: ReturnType<Protocol['open']>,
): Recognition<Scope> {
  const { model, operations } = service
  const protocol = protocolNamed(protocolName)
  if (!opened.ok) return refuse({ error: opened.error, protocol, model })
  const { call } = opened
  const { operationName, version } = call
  const isItsOwn = !isQuery(protocolName) || version === model.apiVersion
  const operationModel = model.operations.get(operationName ?? '')
  if (operationName === undefined || operationModel === undefined || !isItsOwn) {
    return refuse({ error: noSuchOperation(call, protocolName), protocol, model })
  }
  const operation = operations.get(operationName)
  const recognised = { service, model: operationModel, protocol, protocolName, call, operation }
  return { ok: true, recognised }
}

/** Source: S3 API Reference, "Error responses", MethodNotAllowed. */
function noSuchOperation({ operationName, version }: OpenedCall, protocol: ProtocolName) {
  if (protocol !== 'restXml') return unknownOperationError(operationName, version)
  const message = 'The specified method is not allowed against this resource.'
  return { code: 'InvalidAction', message }
}

function refuse(unrecognised: Unrecognised): { readonly ok: false; unrecognised: Unrecognised } {
  return { ok: false, unrecognised }
}

/** The service of the credential scope: `…Credential=key/date/region/SERVICE/aws4_request`. */
export function signingNameOf(request: HttpRequest): string | undefined {
  const authorization = request.headers.get('authorization')
  const credential =
    authorization === undefined
      ? /(?:^|&)X-Amz-Credential=([^&]*)/.exec(rawQueryOf(request.target))?.[1]
      : /Credential=([^,\s]*)/.exec(authorization)?.[1]
  if (credential === undefined) return undefined
  return credential.replaceAll(/%2F/gi, '/').split('/')[3]
}

function byTarget<Scope extends GateScope>(
  target: string,
  services: ReadonlyMap<string, Service<Scope>>,
): Service<Scope> | undefined {
  const prefix = target.slice(0, Math.max(target.lastIndexOf('.'), 0))
  const name = longTargets.get(prefix) ?? prefix
  return speakerWith(isJson, ({ target: own }) => own === name, services)
}

/** Prefixes that botocore's clients send in the place of the models'. */
const longTargets: ReadonlyMap<string, string> = new Map([
  ['com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101', 'CloudTrail_20131101'],
])

/** `/service/NAME/operation/…`: the name is what stands before the dot of a target. */
function byCborPath<Scope extends GateScope>(
  request: HttpRequest,
  services: ReadonlyMap<string, Service<Scope>>,
): Service<Scope> | undefined {
  const opened = rpcV2Cbor.open({ ...request, target: rawPathOf(request.target) })
  const name = opened.ok ? opened.call.target : undefined
  return speakerWith(
    (each) => each === 'rpcV2Cbor',
    ({ target }) => target === name,
    services,
  )
}

/** Each Query service has a version of its own. */
function byVersion<Scope extends GateScope>(
  version: string | undefined,
  services: ReadonlyMap<string, Service<Scope>>,
): Service<Scope> | undefined {
  if (version === undefined) return undefined
  return speakerWith(isQuery, ({ apiVersion }) => apiVersion === version, services)
}

function speakerWith<Scope extends GateScope>(
  speaks: (protocol: ProtocolName) => boolean,
  isMeant: (model: ServiceModel) => boolean,
  services: ReadonlyMap<string, Service<Scope>>,
): Service<Scope> | undefined {
  for (const service of services.values()) {
    if (isMeant(service.model) && spokenBy(service.model, speaks) !== undefined) return service
  }
  return undefined
}

/** The first protocol of a service that is one of those; clients may speak each of them. */
function spokenBy(
  { protocol, alsoSpeaks }: ServiceModel,
  isOne: (protocol: ProtocolName) => boolean,
): ProtocolName | undefined {
  return isOne(protocol) ? protocol : alsoSpeaks.find(isOne)
}

function isJson(protocol: ProtocolName): boolean {
  return protocol === 'awsJson1_0' || protocol === 'awsJson1_1'
}

function isQuery(protocol: ProtocolName): boolean {
  return protocol === 'awsQuery' || protocol === 'ec2Query'
}

function isRest(protocol: ProtocolName): boolean {
  return protocol === 'restXml' || protocol === 'restJson1'
}

/** A service that nobody here answers for: in the form the request speaks, else in Query's. */
function unmapped(
  service: string | undefined,
  protocol: Protocol = service === 's3' ? restXml : awsQuery,
) {
  const message =
    service === undefined
      ? 'The request names no service: it has neither a signature nor a known Action and Version.'
      : `No service is configured for ${service}.`
  return refuse({ error: { code: 'InvalidAction', message }, protocol })
}
