/**
 * Reads the golden decisions. A file is `{ source, request?, policies?, cases }`; what a case does
 * not say is the file's. A policy is a whole document, or one statement, which is then of version
 * 2012-10-17. `unknownResource` and `unknownKeys` say what is not known of a request. A typo in any key is an error, so that no case can pass by accident.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  AuthorizationRequest,
  DecisionKind,
  PolicySet,
  PolicyType,
  Principal,
  SourcedPolicy,
} from '../src/authorization.ts'
import { parsePolicy } from '../src/document/parse-policy.ts'
import type { PolicyDocument } from '../src/document/policy-document.ts'

export interface GoldenCase {
  /** Folder and file, below `cases/`. */
  readonly file: string
  readonly name: string
  /** Where the expectation comes from. */
  readonly source: string
  readonly request: AuthorizationRequest
  readonly policies: PolicySet<PolicyDocument>
  readonly expected: {
    readonly decision: DecisionKind
    readonly blockedBy?: PolicyType
    /** The Sids of the deciding statements, in any order. */
    readonly decidingSids?: readonly string[]
  }
}

type Json = Readonly<Record<string, unknown>>

const fileKeys = ['source', 'request', 'policies', 'cases']
const caseKeys = [...fileKeys.slice(0, 3), 'name', 'decision', 'blockedBy', 'decidingSids']
const requestKeys = [
  'principal',
  'action',
  'resource',
  'resourceAccountId',
  'principalInManagementAccount',
  'resourceInManagementAccount',
  'context',
  'unknownResource',
  'unknownKeys',
]
/** The layers of a PolicySet; `trust` is its resource layer when the resource is a role. */
const layerTypes: Readonly<Record<string, PolicyType>> = {
  identity: 'identityPolicy',
  permissionsBoundary: 'permissionsBoundary',
  session: 'sessionPolicy',
  resource: 'resourcePolicy',
  trust: 'trustPolicy',
  serviceControl: 'serviceControlPolicy',
  resourceControl: 'resourceControlPolicy',
  endpoint: 'endpointPolicy',
}
const decisions = ['allowed', 'explicitDeny', 'implicitDeny']

/** Every case of every folder. Throws at the first malformed one, naming it. */
export function loadCases(folder: string = import.meta.dirname): GoldenCase[] {
  const principals = readJson(join(folder, 'principals.json'))
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json') && file !== 'principals.json')
    .sort()
  return files.flatMap((file) => readCases(file, readJson(join(folder, file)), principals))
}

/** The cases of one file's content. Exported so that the checks can be checked. */
export function readCases(file: string, content: Json, principals: Json): GoldenCase[] {
  checkKeys(content, fileKeys, file)
  const cases = content['cases']
  if (!Array.isArray(cases) || cases.length === 0) throw new Error(`${file}: no cases`)
  const names = new Set<string>()
  return cases.map((entry: Json) => {
    const name = textOf(entry['name'], `${file}: name`)
    const where = `${file}: ${name}`
    if (names.has(name)) throw new Error(`${where}: the name is taken`)
    names.add(name)
    checkKeys(entry, caseKeys, where)
    return {
      file,
      name,
      source: textOf(entry['source'] ?? content['source'], `${where}: source`),
      request: requestOf(merged(content['request'], entry['request']), principals, where),
      policies: policiesOf(merged(content['policies'], entry['policies']), where),
      expected: expectedOf(entry, where),
    }
  })
}

function requestOf(request: Json, principals: Json, where: string): AuthorizationRequest {
  checkKeys(request, requestKeys, where)
  const { principal, action, resource, context = {}, ...more } = request
  const { unknownResource, unknownKeys, ...rest } = more
  const stock = principals[textOf(principal, `${where}: principal`)]
  if (stock === undefined) throw new Error(`${where}: unknown principal ${String(principal)}`)
  const keys = Object.entries(context as Record<string, string | string[]>)
  return {
    principal: stock as Principal,
    action: textOf(action, `${where}: action`),
    resource: textOf(resource, `${where}: resource`),
    context: new Map(keys.map(([key, value]) => [key.toLowerCase(), value])),
    ...rest,
    ...((unknownResource ?? unknownKeys) !== undefined && {
      unknown: {
        resource: unknownResource === true,
        contextKeys: new Set(listOf(unknownKeys ?? [], where).map((key) => textOf(key, where))),
      },
    }),
  }
}

function policiesOf(policies: Json, where: string): PolicySet<PolicyDocument> {
  checkKeys(policies, Object.keys(layerTypes), where)
  const { identity = [], permissionsBoundary, trust, resource, ...others } = policies
  const layer = (name: string, documents: unknown): SourcedPolicy<PolicyDocument>[] =>
    listOf(documents, where).map((document, index) => ({
      source: { policyType: layerTypes[name] ?? 'identityPolicy', id: `${name}${index}` },
      policy: documentOf(name, document as Json, where),
    }))
  const levels = (name: string, value: unknown) =>
    listOf(value, where).map((level) => layer(name, level))
  const { session, endpoint, serviceControl, resourceControl } = others
  const [boundary] = permissionsBoundary ? layer('permissionsBoundary', [permissionsBoundary]) : []
  return {
    identity: layer('identity', identity),
    ...(boundary ? { permissionsBoundary: boundary } : {}),
    ...(session ? { session: layer('session', session) } : {}),
    ...(resource ? { resource: layer('resource', resource) } : {}),
    ...(trust ? { resource: layer('trust', trust) } : {}),
    ...(serviceControl ? { serviceControl: levels('serviceControl', serviceControl) } : {}),
    ...(resourceControl ? { resourceControl: levels('resourceControl', resourceControl) } : {}),
    ...(endpoint ? { endpoint: layer('endpoint', endpoint) } : {}),
  }
}

function documentOf(layer: string, json: Json, where: string): PolicyDocument {
  const document = 'Statement' in json ? json : { Version: '2012-10-17', Statement: json }
  const options = { savedForm: true, anyVersion: true, awsManaged: true }
  const type = layerTypes[layer] ?? 'identityPolicy'
  const parsed = parsePolicy(JSON.stringify(document), type, options)
  if (parsed.ok) return parsed.document
  const [{ code, message }] = parsed.problems
  throw new Error(`${where}: ${layer} policy: ${code}: ${message}`)
}

function expectedOf(entry: Json, where: string): GoldenCase['expected'] {
  const { decision, blockedBy, decidingSids } = entry
  if (!decisions.includes(decision as string)) throw new Error(`${where}: decision ${decision}`)
  if (decision === 'allowed' ? blockedBy !== undefined : blockedBy === undefined) {
    throw new Error(`${where}: a refusal, and only a refusal, says by what it is blocked`)
  }
  if (blockedBy !== undefined && !Object.values(layerTypes).includes(blockedBy as PolicyType)) {
    throw new Error(`${where}: blockedBy is no policy type`)
  }
  return {
    decision: decision as DecisionKind,
    ...(blockedBy === undefined ? {} : { blockedBy: blockedBy as PolicyType }),
    ...(decidingSids === undefined
      ? {}
      : { decidingSids: listOf(decidingSids, where).map((sid) => textOf(sid, where)) }),
  }
}

function merged(file: unknown, own: unknown): Json {
  return { ...(file as Json | undefined), ...(own as Json | undefined) }
}

function checkKeys(value: Json, known: readonly string[], where: string): void {
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw new Error(`${where}: unknown key ${key}`)
  }
}

function textOf(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw new Error(`${where}: not a text`)
  return value
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${where}: not a list`)
  return value
}

function readJson(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8')) as Json
}
