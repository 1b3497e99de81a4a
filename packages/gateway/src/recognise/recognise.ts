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
 * Which service and operation a request is for, from the request alone. What is not mapped is
 * refused; nothing is guessed: a target or version of another service than the signature's scope
 * is an error. Source: how AWS's clients address a shared endpoint; see the wire reference.
 */
export function recognise<Scope extends GateScope>(
  request: HttpRequest,
  services: ReadonlyMap<string, Service<Scope>>,
): Recognition<Scope> {
  const target = request.headers.get('x-amz-target')
  const signingName = signingNameOf(request)
  const service =
    target !== undefined
      ? byTarget(target, services)
      : signingName !== undefined
        ? services.get(signingName)
        : byVersion(request, services)
  if (service === undefined) return unmapped(signingName, target)
  const protocol = protocolOf(service.model)
  const model = service.model
  const opened = protocol.open(request)
  if (!opened.ok) return refuse({ error: opened.error, protocol, model })
  const { operationName, version } = opened.call
  const isItsOwn = model.protocol !== 'awsQuery' || version === model.apiVersion
  const operationModel =
    operationName === undefined ? undefined : model.operations.get(operationName)
  if (operationName === undefined || operationModel === undefined || !isItsOwn) {
    return refuse({ error: unknownOperationError(operationName, version), protocol, model })
  }
  const operation = service.operations.get(operationName)
  return {
    ok: true,
    recognised: { service, model: operationModel, protocol, call: opened.call, operation },
  }
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
    if (service.model.protocol !== 'awsQuery' && service.model.target === prefix) return service
  }
  return undefined
}

/** Unsigned Query requests: each Query service has a version of its own. */
function byVersion<Scope extends GateScope>(
  request: HttpRequest,
  services: ReadonlyMap<string, Service<Scope>>,
): Service<Scope> | undefined {
  const opened = awsQuery.open(request)
  if (!opened.ok) return undefined
  for (const service of services.values()) {
    const { protocol, apiVersion } = service.model
    if (protocol === 'awsQuery' && apiVersion === opened.call.version) return service
  }
  return undefined
}

/** A service that nobody here answers for. It is refused in the form the request seems to speak. */
function unmapped(signingName: string | undefined, target: string | undefined) {
  const service = signingName ?? target
  const message =
    service === undefined
      ? 'The request names no service: it has neither a signature nor a known Action and Version.'
      : `No service is configured for ${service}.`
  return refuse({ error: { code: 'InvalidAction', message }, protocol: awsQuery })
}
