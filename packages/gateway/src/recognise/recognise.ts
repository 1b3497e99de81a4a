import { awsQuery, protocolOf, rawQueryOf, unknownOperationError } from '@bailiwick/wire'
import type {
  HttpRequest,
  OpenedCall,
  OperationModel,
  Protocol,
  ServiceModel,
  WireError,
} from '@bailiwick/wire'
import type { AnyOperation, GateScope } from '../operation.ts'
import type { Service } from '../ports.ts'

/** A request whose service and operation are known. Its input is read once the caller is. */
export interface Recognised<Scope extends GateScope> {
  readonly service: Service<Scope>
  readonly model: OperationModel
  readonly protocol: Protocol
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
 * Which service and operation a request is for, from the request alone: by its target, its Query
 * version, or else the service it was signed for. What is not mapped is refused; nothing is
 * guessed. Whether the signature is for that service is for `authenticate` to say, in AWS's words.
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
    if (service === undefined) return unmapped(signingName ?? target)
    const protocol = protocolOf(service.model)
    return named(service, protocol, protocol.open(request))
  }
  const opened = awsQuery.open(request)
  const signedFor = signingName === undefined ? undefined : services.get(signingName)
  const service = (opened.ok && byVersion(opened.call.version, services)) || signedFor
  if (service === undefined) return unmapped(signingName)
  const protocol = protocolOf(service.model)
  return named(service, protocol, protocol === awsQuery ? opened : protocol.open(request))
}

function named<Scope extends GateScope>(
  service: Service<Scope>,
  protocol: Protocol,
  opened: ReturnType<Protocol['open']>,
): Recognition<Scope> {
  const { model, operations } = service
  if (!opened.ok) return refuse({ error: opened.error, protocol, model })
  const { call } = opened
  const { operationName, version } = call
  const isItsOwn = !isQuery(model) || version === model.apiVersion
  const operationModel = model.operations.get(operationName ?? '')
  if (operationName === undefined || operationModel === undefined || !isItsOwn) {
    return refuse({ error: unknownOperationError(operationName, version), protocol, model })
  }
  const operation = operations.get(operationName)
  return { ok: true, recognised: { service, model: operationModel, protocol, call, operation } }
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
  const dot = target.lastIndexOf('.')
  const prefix = target.slice(0, Math.max(dot, 0))
  for (const service of services.values()) {
    if (!isQuery(service.model) && service.model.target === prefix) return service
  }
  return undefined
}

function isQuery({ protocol }: ServiceModel): boolean {
  return protocol === 'awsQuery' || protocol === 'ec2Query'
}

/** Each Query service has a version of its own. */
function byVersion<Scope extends GateScope>(
  version: string | undefined,
  services: ReadonlyMap<string, Service<Scope>>,
): Service<Scope> | undefined {
  if (version === undefined) return undefined
  for (const service of services.values()) {
    const { apiVersion } = service.model
    if (isQuery(service.model) && apiVersion === version) return service
  }
  return undefined
}

/** A service that nobody here answers for: refused in Query's form, which every client can read. */
function unmapped(service: string | undefined) {
  const message =
    service === undefined
      ? 'The request names no service: it has neither a signature nor a known Action and Version.'
      : `No service is configured for ${service}.`
  return refuse({ error: { code: 'InvalidAction', message }, protocol: awsQuery })
}
