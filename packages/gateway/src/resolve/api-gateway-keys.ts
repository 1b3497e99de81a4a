import { at, type ForwardedCall, list, scalar, text } from './forwarded-call.ts'
import { type KeyOf, notKnown } from './key.ts'

interface RequestKey {
  /** That bring it as a member. */
  readonly making: RegExp
  readonly member: readonly string[]
  /** That bring it as a patch of that place. */
  readonly patching?: RegExp
  readonly place?: string
  /** Where the request brings none, the service has a value of its own. */
  readonly hasStandard?: true
  /** Whether a definition that is imported may bring it. */
  readonly isImported?: true
}

const restApi = {
  making: /^CreateRestApi$/,
  patching: /^UpdateRestApi$/,
  isImported: true,
} as const
const domain = { making: /^CreateDomainName$/, patching: /^UpdateDomainName$/ } as const
const endpoint = {
  making: /^Create(DomainName|RestApi)$/,
  patching: /^Update(DomainName|RestApi)$/,
}
const method = { making: /^PutMethod$/, isImported: true } as const
const stage = { making: /^(?!)/, member: [], patching: /^UpdateStage$/ } as const
const association = { making: /^CreateDomainNameAccessAssociation$/ } as const

/** Source: API Gateway Developer Guide, "Condition keys": when each is available. */
const requestKeys: Readonly<Record<string, RequestKey>> = {
  accessassociationsource: { ...association, member: ['accessAssociationSource'] },
  domainnamearn: { ...association, member: ['domainNameArn'] },
  stagename: { making: /^CreateDeployment$/, member: ['stageName'] },
  accessloggingdestination: { ...stage, place: '/accessLogSettings/destinationArn' },
  accessloggingformat: { ...stage, place: '/accessLogSettings/format' },
  apikeyrequired: { ...method, member: ['apiKeyRequired'], hasStandard: true },
  routeauthorizationtype: { ...method, member: ['authorizationType'] },
  apiname: { ...restApi, member: ['name'], place: '/name' },
  disableexecuteapiendpoint: {
    ...{ ...restApi, member: ['disableExecuteApiEndpoint'], hasStandard: true },
    place: '/disableExecuteApiEndpoint',
  },
  authorizertype: {
    ...{ making: /^CreateAuthorizer$/, member: ['type'], isImported: true },
    ...{ patching: /^UpdateAuthorizer$/, place: '/type' },
  },
  endpointtype: {
    ...{ ...endpoint, member: ['endpointConfiguration', 'types'], isImported: true },
    ...{ place: '/endpointConfiguration/types', hasStandard: true },
  },
  securitypolicy: {
    ...{ ...endpoint, member: ['securityPolicy'], isImported: true },
    ...{ place: '/securityPolicy', hasStandard: true },
  },
  mtlstruststoreuri: {
    ...{ ...domain, member: ['mutualTlsAuthentication', 'truststoreUri'] },
    place: '/mutualTlsAuthentication/truststoreUri',
  },
  mtlstruststoreversion: {
    ...{ ...domain, member: ['mutualTlsAuthentication', 'truststoreVersion'] },
    place: '/mutualTlsAuthentication/truststoreVersion',
  },
}

const importing = /^(Import|Put)RestApi$/

function requestKey({ making, member, patching, place, ...rest }: RequestKey): KeyOf {
  return ({ operation: { name }, input }) => {
    if (importing.test(name)) return rest.isImported ? notKnown : undefined
    if (patching?.test(name)) return patchedWith(input, place ?? '')
    if (!making.test(name)) return undefined
    const held = at(input, ...member)
    const texts = list(held).flatMap((each) => text(each) ?? [])
    return scalar(held) ?? (texts.length > 0 ? texts : rest.hasStandard && notKnown)
  }
}

/**
 * What patches put at a place. In doubt where more than one may be meant for it: backends differ in
 * how they read paths.
 */
function patchedWith({ patchOperations }: ForwardedCall['input'], place: string) {
  const name = place.slice(place.lastIndexOf('/') + 1).toLowerCase()
  const [first, ...more] = list(patchOperations).filter((patch) =>
    (text(at(patch, 'path')) ?? name).toLowerCase().includes(name),
  )
  if (first === undefined) return undefined
  const isPlain = at(first, 'path') === place && /^(add|replace)$/.test(String(at(first, 'op')))
  return (isPlain && more.length === 0 && text(at(first, 'value'))) || notKnown
}

/** What is set of an API, stage or domain, which only the backend knows. Source: as above. */
const resourceKeys: Readonly<Record<string, RegExp>> = {
  accessloggingdestination: /^(Update|Delete)Stage$/,
  accessloggingformat: /^(Update|Delete)Stage$/,
  apikeyrequired: /^((Put|Delete)Method|PutRestApi)$/,
  apiname: /^(Update|Delete|Put)RestApi$/,
  authorizertype: /^((Update|Delete)Authorizer|PutRestApi)$/,
  disableexecuteapiendpoint: /^(Update|Delete|Put)RestApi$/,
  endpointtype: /^(Update|Delete)DomainName$|^(Update|Delete|Put)RestApi$/,
  mtlstruststoreuri: /^(Update|Delete)DomainName$/,
  mtlstruststoreversion: /^(Update|Delete)DomainName$/,
  routeauthorizationtype: /^((Put|Delete)Method|PutRestApi)$/,
  routingmode: /^(Update|Delete)DomainName$/,
  securitypolicy: /^(Update|Delete)DomainName$|^(Update|Delete|Put)RestApi$/,
}

function keysNamed<T>(prefix: string, table: Readonly<Record<string, T>>, of: (each: T) => KeyOf) {
  return Object.fromEntries(
    Object.entries(table).map(([name, each]) => [`apigateway:${prefix}/${name}`, of(each)]),
  )
}

export const apiGatewayKeys = keysNamed('request', requestKeys, requestKey)

/** Those that have no value here, or none at all. */
export const apiGatewayUntoldKeys = keysNamed(
  'resource',
  resourceKeys,
  (operations) => (call) => (operations.test(call.operation.name) ? notKnown : undefined),
)
