import { NormalizedSchema } from '@smithy/core/schema'
import type { BotocoreService, BotocoreShape } from './botocore.ts'
import type { ErrorEntry, ModelFile, OperationEntry, ShapeEntry } from './model-file.ts'
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
  versions: { sdk: string; botocore: string },
): ModelFile {
  const shapes = new ShapeTable(botocore)
  const errors = errorsOf(sdk, shapes)
  const codeOf = new Map(Object.entries(errors).map(([code, entry]) => [entry.shape, code]))
  const operations: Record<string, OperationEntry> = {}
  for (const operation of sdk.operations) {
    const known = botocore.operations[operation.name]
    const entry: OperationEntry = {}
    if (!isUnit(operation.input)) {
      entry.input = shapes.add(NormalizedSchema.of(operation.input), known?.input?.shape)
    }
    if (!isUnit(operation.output)) {
      entry.output = shapes.add(NormalizedSchema.of(operation.output), known?.output?.shape)
    }
    const codes = known?.errors?.map((error) => codeOf.get(error.shape) ?? missing(error.shape))
    if (codes !== undefined && codes.length > 0) entry.errors = codes
    const pagination = paginationOf(botocore, operation.name)
    if (pagination !== undefined) entry.pagination = pagination
    operations[operation.name] = entry
  }
  return {
    ...sdk.facts,
    revision: {
      ...versions,
      withoutConstraints: sdk.operations
        .map((operation) => operation.name)
        .filter((name) => botocore.operations[name] === undefined),
    },
    operations: sorted(operations),
    errors: sorted(errors),
    shapes: sorted(shapes.entries),
  }
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

function errorsOf(sdk: SdkService, shapes: ShapeTable): Record<string, ErrorEntry> {
  const errors: Record<string, ErrorEntry> = {}
  for (const schema of sdk.errors) {
    const ns = NormalizedSchema.of(schema)
    const traits = ns.getMergedTraits()
    const shape = shapes.add(ns, ns.getName())
    const query = traits.awsQueryError as [string, number] | undefined
    const status = query?.[1] ?? traits.httpError ?? (traits.error === 'server' ? 500 : 400)
    errors[query?.[0] ?? shape] = { shape, status: Number(status) }
  }
  return errors
}

/** The shapes met so far, by name. */
class ShapeTable {
  readonly entries: Record<string, ShapeEntry> = {}
  private readonly botocore: BotocoreService

  constructor(botocore: BotocoreService) {
    this.botocore = botocore
  }

  /** Adds a schema and all it leads to; `known` is botocore's name of the same shape. */
  add(ns: NormalizedSchema, botocoreName: string | undefined): string {
    const declared = declaredName(ns)
    const known = botocoreName ?? (declared && this.botocore.shapes[declared] && declared)
    const facts = known === undefined ? undefined : this.botocore.shapes[known]
    if (ns.isStructSchema()) return this.addStructure(ns, facts)
    if (ns.isListSchema()) {
      const member = this.add(ns.getValueSchema(), facts?.member?.shape)
      const name = known ?? declared ?? `${member}List`
      return this.put(name, { kind: 'list', member, ...constraints(facts), ...sensitive(ns) })
    }
    if (ns.isMapSchema()) {
      const key = this.add(ns.getKeySchema(), facts?.key?.shape)
      const value = this.add(ns.getValueSchema(), facts?.value?.shape)
      const name = known ?? declared ?? `${value}Map`
      return this.put(name, { kind: 'map', key, value, ...constraints(facts), ...sensitive(ns) })
    }
    return this.addSimple(ns, known, facts)
  }

  private addStructure(ns: NormalizedSchema, facts: BotocoreShape | undefined): string {
    const name = ns.getName() ?? 'Structure'
    if (this.entries[name] !== undefined) return name
    const found: Record<string, string> = {}
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
      found[member] = this.add(memberSchema, facts?.members?.[member]?.shape)
      const traits = memberSchema.getOwnTraits()
      if (traits.xmlName !== undefined || traits.xmlFlattened !== undefined) {
        throw new Error(`${name}.${member} has wire traits the model file does not carry yet`)
      }
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
    const kind = simpleKind(ns, facts)
    const name = known ?? `Any${kind[0]?.toUpperCase()}${kind.slice(1)}`
    const limits = constraints(facts)
    const secret = sensitive(ns)
    if (kind === 'boolean' || kind === 'timestamp') return this.put(name, { kind, ...secret })
    if (kind !== 'string') return this.put(name, { kind, ...limits, ...secret })
    return this.put(name, {
      kind,
      ...limits,
      ...(facts?.pattern === undefined ? {} : { pattern: facts.pattern }),
      ...(facts?.enum === undefined ? {} : { enum: facts.enum }),
      ...secret,
    })
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

function constraints(facts: BotocoreShape | undefined): { min?: number; max?: number } {
  return {
    ...(facts?.min === undefined ? {} : { min: facts.min }),
    ...(facts?.max === undefined ? {} : { max: facts.max }),
  }
}

function sensitive(ns: NormalizedSchema): { sensitive?: true } {
  return ns.getMergedTraits().sensitive ? { sensitive: true } : {}
}

type SimpleKind =
  'string' | 'integer' | 'long' | 'float' | 'double' | 'blob' | 'boolean' | 'timestamp'

function simpleKind(ns: NormalizedSchema, facts: BotocoreShape | undefined): SimpleKind {
  const kind = sdkKind(ns)
  if (facts === undefined) return kind
  const theirs = facts.type as SimpleKind
  const numeric = ['integer', 'long', 'float', 'double']
  if (kind !== theirs && !(kind === 'integer' && numeric.includes(theirs))) {
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
  throw new Error(`A kind of shape the model file does not carry yet: ${ns.getName(true)}`)
}
