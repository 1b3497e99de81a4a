import { NormalizedSchema } from '@smithy/core/schema'
import type { BotocoreService, BotocoreShape } from './botocore.ts'
import type {
  ErrorEntry,
  MemberEntry,
  ModelFile,
  OperationEntry,
  ShapeEntry,
} from './model-file.ts'
import type { SdkService } from './sdk.ts'

type Schema = Parameters<typeof NormalizedSchema.of>[0]

/**
 * One model from two sources: structure, order of required members, wire codes and statuses are the
 * SDK's; names of simple shapes, member order, constraints and errors per operation botocore's.
 *
 * Errors: throws where the two contradict each other, so that a mistake cannot be committed.
 */
export function mergeModel(
  sdk: SdkService,
  botocore: BotocoreService,
  botocoreVersion: string,
  handled: boolean,
): ModelFile {
  const shapes = new ShapeTable(botocore, handled)
  const errors = errorsOf(sdk, shapes)
  const codeOf = new Map(Object.entries(errors).map(([code, entry]) => [entry.shape, code]))
  const operations: Record<string, OperationEntry> = {}
  for (const operation of sdk.operations) {
    const known = botocore.operations[operation.name]
    const entry: OperationEntry = { ...(operation.http && { http: operation.http }) }
    if (!isUnit(operation.input)) {
      entry.input = shapes.add(NormalizedSchema.of(operation.input), known?.input?.shape)
    }
    if (!isUnit(operation.output)) {
      entry.output = shapes.add(NormalizedSchema.of(operation.output), known?.output?.shape)
    }
    if (handled && known?.errors !== undefined && known.errors.length > 0) {
      entry.errors = known.errors.map((error) => codeOf.get(error.shape) ?? missing(error.shape))
    }
    const pagination = paginationOf(botocore, operation.name)
    if (pagination !== undefined) entry.pagination = pagination
    operations[operation.name] = entry
  }
  const { service, serviceId, protocol, ...facts } = sdk.facts
  const alsoSpeaks = [...new Set([...protocolsOf(botocore), ...sdk.alsoSpeaks])].filter(
    (name) => name !== protocol,
  )
  return {
    service,
    serviceId,
    protocol,
    ...(alsoSpeaks.length > 0 && { alsoSpeaks }),
    ...facts,
    revision: {
      sdk: sdk.client,
      botocore: botocoreVersion,
      withoutConstraints: sdk.operations
        .map((operation) => operation.name)
        .filter((name) => botocore.operations[name] === undefined),
    },
    operations: sorted(operations),
    errors: sorted(errors),
    shapes: sorted(shapes.entries),
  }
}

const protocolNames: Readonly<Record<string, string>> = {
  query: 'awsQuery',
  'smithy-rpc-v2-cbor': 'rpcV2Cbor',
}

/** The protocols that botocore may speak besides those the SDK names. */
function protocolsOf({ metadata }: BotocoreService): string[] {
  return (metadata.protocols ?? []).flatMap((name) => protocolNames[name] ?? [])
}

function missing(shape: string): never {
  throw new Error(`botocore names an error the SDK does not have: ${shape}`)
}

function isUnit(schema: Schema): boolean {
  return schema === 'unit' || NormalizedSchema.of(schema).isUnitSchema()
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function paginationOf(botocore: BotocoreService, name: string): OperationEntry['pagination'] {
  const found = botocore.paginators[name]
  if (found === undefined) return undefined
  return {
    inputToken: found.input_token,
    outputToken: found.output_token,
    ...(found.limit_key === undefined ? {} : { limit: found.limit_key }),
    ...(found.more_results === undefined ? {} : { more: found.more_results }),
    results: [found.result_key].flat(),
  }
}

/** What the wire calls an error; CloudWatch has two of one code, which are one on the wire. */
export function wireCode(schema: Schema): string {
  const ns = NormalizedSchema.of(schema)
  const query = ns.getMergedTraits().awsQueryError as [string, number] | undefined
  return query?.[0] ?? ns.getName() ?? ''
}

function errorsOf(sdk: SdkService, shapes: ShapeTable): Record<string, ErrorEntry> {
  const errors: Record<string, ErrorEntry> = {}
  for (const schema of sdk.errors) {
    const ns = NormalizedSchema.of(schema)
    const traits = ns.getMergedTraits()
    const shape = shapes.add(ns, ns.getName())
    const query = traits.awsQueryError as [string, number] | undefined
    const status = query?.[1] ?? traits.httpError ?? (traits.error === 'server' ? 500 : 400)
    errors[wireCode(schema)] = { shape, status: Number(status) }
  }
  return errors
}

/** The shapes met so far, by name. */
class ShapeTable {
  readonly entries: Record<string, ShapeEntry> = {}
  private readonly botocore: BotocoreService
  private readonly handled: boolean

  constructor(botocore: BotocoreService, handled: boolean) {
    this.botocore = botocore
    this.handled = handled
  }

  /** Adds a schema and all it leads to; `known` is botocore's name of the same shape. */
  add(ns: NormalizedSchema, botocoreName: string | undefined): string {
    const declared = declaredName(ns)
    const known = botocoreName ?? (declared && this.botocore.shapes[declared] && declared)
    const facts = known === undefined ? undefined : this.botocore.shapes[known]
    if (ns.isStructSchema()) return this.addStructure(ns, facts)
    if (ns.isListSchema()) return this.addList(ns, known ?? declared, facts)
    if (ns.isMapSchema()) return this.addMap(ns, known ?? declared, facts)
    return this.addSimple(ns, known, facts)
  }

  private addList(ns: NormalizedSchema, known: string | undefined, facts?: BotocoreShape): string {
    const member = this.add(ns.getValueSchema(), facts?.member?.shape)
    const memberXmlName = xmlNameOf(ns.getValueSchema())
    return this.put(known ?? `${member}List`, {
      kind: 'list',
      member,
      ...(memberXmlName !== undefined && { memberXmlName }),
      ...this.constraints(facts),
      ...sensitive(ns),
    })
  }

  private addMap(ns: NormalizedSchema, known: string | undefined, facts?: BotocoreShape): string {
    const key = this.add(ns.getKeySchema(), facts?.key?.shape)
    const value = this.add(ns.getValueSchema(), facts?.value?.shape)
    const keyXmlName = xmlNameOf(ns.getKeySchema())
    const valueXmlName = xmlNameOf(ns.getValueSchema())
    return this.put(known ?? `${value}Map`, {
      kind: 'map',
      key,
      value,
      ...(keyXmlName !== undefined && { keyXmlName }),
      ...(valueXmlName !== undefined && { valueXmlName }),
      ...this.constraints(facts),
      ...sensitive(ns),
    })
  }

  private addStructure(ns: NormalizedSchema, facts: BotocoreShape | undefined): string {
    const name = ns.getName() ?? 'Structure'
    if (this.entries[name] !== undefined) return name
    const found: Record<string, string | MemberEntry> = {}
    const entry: ShapeEntry = { kind: 'structure', members: {} }
    this.entries[name] = entry // Before its members: shapes may contain themselves.
    const schema = ns.getSchema() as unknown as [
      number,
      string,
      string,
      unknown,
      string[],
      ...unknown[],
    ]
    for (const [member, memberSchema] of ns.structIterator()) {
      const shape = this.add(memberSchema, facts?.members?.[member]?.shape)
      const traits = wireTraits(memberSchema)
      found[member] = Object.keys(traits).length === 0 ? shape : { shape, ...traits }
    }
    const order = [...Object.keys(facts?.members ?? {}), ...Object.keys(found)]
    for (const member of order) {
      const shape = found[member]
      if (shape !== undefined) entry.members[member] = shape
    }
    const requiredCount = Number(schema[6] ?? 0)
    if (requiredCount > 0) entry.required = schema[4].slice(0, requiredCount)
    if (ns.isUnionSchema()) entry.union = true
    return name
  }

  private addSimple(
    ns: NormalizedSchema,
    known: string | undefined,
    facts: BotocoreShape | undefined,
  ): string {
    const kind = simpleKind(ns, facts, this.handled)
    const secret = sensitive(ns)
    const any = secret.sensitive ? 'AnySecret' : 'Any'
    const name = known ?? `${any}${kind[0]?.toUpperCase()}${kind.slice(1)}`
    const limits = this.constraints(facts)
    if (kind === 'boolean' || kind === 'timestamp' || kind === 'document') {
      return this.put(name, { kind, ...secret })
    }
    if (kind !== 'string') return this.put(name, { kind, ...limits, ...secret })
    return this.put(name, {
      kind,
      ...limits,
      ...(facts?.pattern === undefined || !this.handled ? {} : { pattern: facts.pattern }),
      ...(facts?.enum === undefined || !this.handled ? {} : { enum: facts.enum }),
      ...secret,
    })
  }

  private constraints(facts: BotocoreShape | undefined): { min?: number; max?: number } {
    if (!this.handled) return {}
    return {
      ...(facts?.min === undefined ? {} : { min: facts.min }),
      ...(facts?.max === undefined ? {} : { max: facts.max }),
    }
  }

  private put(name: string, entry: ShapeEntry): string {
    const before = this.entries[name]
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(entry)) {
      throw new Error(`Two shapes named ${name}: ${JSON.stringify([before, entry])}`)
    }
    this.entries[name] = entry
    return name
  }
}

function declaredName(ns: NormalizedSchema): string | undefined {
  const schema = ns.getSchema() as unknown
  return Array.isArray(schema) ? (schema[2] as string) : undefined
}

function sensitive(ns: NormalizedSchema): { sensitive?: true } {
  return ns.getMergedTraits().sensitive ? { sensitive: true } : {}
}

function xmlNameOf(ns: NormalizedSchema): string | undefined {
  return ns.getMemberTraits().xmlName as string | undefined
}

const textTraits = ['httpQuery', 'httpHeader', 'httpPrefixHeaders'] as const
const nameTraits = ['xmlName', 'ec2QueryName', 'jsonName'] as const
const flagTraits = [
  'httpLabel',
  'httpPayload',
  'httpQueryParams',
  'httpResponseCode',
  'xmlFlattened',
  'xmlAttribute',
] as const

/** What the wire says of a member beyond its name and shape. */
function wireTraits(ns: NormalizedSchema): Omit<MemberEntry, 'shape'> {
  const traits = ns.getMemberTraits() as Record<string, unknown>
  const entry: Omit<MemberEntry, 'shape'> = {}
  for (const name of [...textTraits, ...nameTraits]) {
    if (traits[name] !== undefined) entry[name] = traits[name] as string
  }
  for (const name of flagTraits) if (traits[name]) entry[name] = true
  const format = ns.isTimestampSchema() ? timestampFormats[ns.getSchema() as number] : undefined
  if (format !== undefined) entry.timestampFormat = format
  if (ns.isStreaming()) entry.streaming = true
  return entry
}

/** As the SDK numbers the kinds of timestamp; 4 is the protocol's own. */
const timestampFormats: Readonly<Record<number, MemberEntry['timestampFormat']>> = {
  5: 'date-time',
  6: 'http-date',
  7: 'epoch-seconds',
}

type SimpleKind =
  'string' | 'integer' | 'long' | 'float' | 'double' | 'blob' | 'boolean' | 'timestamp' | 'document'

/** Of a service that is forwarded the SDK's word is enough: S3 has dates that botocore calls texts. */
function simpleKind(
  ns: NormalizedSchema,
  facts: BotocoreShape | undefined,
  handled: boolean,
): SimpleKind {
  const kind = sdkKind(ns)
  if (facts === undefined) return kind
  const theirs = facts.type as SimpleKind
  const numeric = ['integer', 'long', 'float', 'double']
  if (kind !== theirs && !(kind === 'integer' && numeric.includes(theirs))) {
    if (!handled) return kind
    throw new Error(`The SDK says ${kind}, botocore ${theirs}: ${ns.getName()}`)
  }
  return theirs
}

function sdkKind(ns: NormalizedSchema): SimpleKind {
  if (ns.isTimestampSchema()) return 'timestamp'
  if (ns.isBlobSchema()) return 'blob'
  if (ns.isBooleanSchema()) return 'boolean'
  if (ns.isBigIntegerSchema()) return 'long'
  if (ns.isNumericSchema()) return 'integer'
  if (ns.isStringSchema()) return 'string'
  if (ns.isDocumentSchema()) return 'document'
  throw new Error(`A kind of shape the model file does not carry yet: ${ns.getName(true)}`)
}
