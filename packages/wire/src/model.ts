import iam from '../models/iam.json' with { type: 'json' }
import organizations from '../models/organizations.json' with { type: 'json' }
import sts from '../models/sts.json' with { type: 'json' }

/** A service as its model describes it, shapes linked to one another. */
export interface ServiceModel {
  /** `iam`, `sts`, `organizations`. */
  readonly service: string
  /** As the SDKs write it: `IAM`. */
  readonly serviceId: string
  readonly protocol: ProtocolName
  /** `2010-05-08`: what Query clients send as `Version`. */
  readonly apiVersion: string
  /** The service of the credential scope. */
  readonly signingName: string
  readonly xmlNamespace: string
  /** The prefix of `X-Amz-Target`, without the dot. */
  readonly target: string
  /** `com.amazonaws.iam`: what stands before `#` in the `__type` of a JSON error. */
  readonly shapeNamespace: string
  /** By AWS's name. */
  readonly operations: ReadonlyMap<string, OperationModel>
  /** By the code on the wire. */
  readonly errors: ReadonlyMap<string, ErrorModel>
}

/** The protocols a model may name; those without an implementation yet are not listed. */
export type ProtocolName = 'awsQuery' | 'awsJson1_1'

export interface OperationModel {
  readonly name: string
  /** Absent: it takes nothing. */
  readonly input?: StructureShape
  /** Absent: it answers with nothing, not even an empty result. */
  readonly output?: StructureShape
  /** Codes the model says it may answer with; the common ones come on top. */
  readonly errors: readonly string[]
  readonly pagination?: PaginationModel
}

export interface PaginationModel {
  readonly inputToken: string
  readonly outputToken: string
  readonly limit?: string
  /** The member that says whether there is more; absent: the token does. */
  readonly more?: string
  readonly results: readonly string[]
}

export interface ErrorModel {
  readonly code: string
  /** HTTP status in protocols that carry one per error. */
  readonly status: number
  readonly shape: StructureShape
}

/** Lengths are in code points (strings), members (lists, maps) or bytes (blobs). */
interface Limits {
  readonly min?: number
  readonly max?: number
}

interface Named {
  readonly name: string
  readonly sensitive?: true
}

export interface StructureShape extends Named {
  readonly kind: 'structure'
  readonly members: readonly MemberModel[]
  /** One member exactly is set. */
  readonly union?: true
}

export interface MemberModel {
  readonly name: string
  readonly shape: Shape
  readonly required: boolean
}

export interface ListShape extends Named, Limits {
  readonly kind: 'list'
  readonly member: Shape
}

export interface MapShape extends Named, Limits {
  readonly kind: 'map'
  readonly key: Shape
  readonly value: Shape
}

export interface StringShape extends Named, Limits {
  readonly kind: 'string'
  /** As the model writes it, for Java; the whole value must match. */
  readonly pattern?: string
  readonly enum?: readonly string[]
}

export interface NumberShape extends Named, Limits {
  readonly kind: 'integer' | 'long' | 'float' | 'double'
}

export interface BlobShape extends Named, Limits {
  readonly kind: 'blob'
}

export interface PlainShape extends Named {
  readonly kind: 'boolean' | 'timestamp'
}

export type Shape =
  StructureShape | ListShape | MapShape | StringShape | NumberShape | BlobShape | PlainShape

/** The services whose models come with this package. */
export type ModelledService = 'iam' | 'sts' | 'organizations'

/** Imported, not read: a bundle then carries them along. */
const modelFiles: Readonly<Record<ModelledService, unknown>> = { iam, sts, organizations }

/** A model that comes with this package. A few milliseconds; load once and keep it. */
export function loadModel(service: ModelledService): ServiceModel {
  return linkModel(modelFiles[service] as ModelFile)
}

/** A model from the text of its file, as tools/models writes it. Errors: throws on anything else. */
export function parseModel(text: string): ServiceModel {
  return linkModel(JSON.parse(text) as ModelFile)
}

function linkModel(file: ModelFile): ServiceModel {
  const shapes = linkShapes(file.shapes)
  const structureNamed = (name: string) => {
    const shape = shapes.get(name)
    if (shape?.kind !== 'structure') throw new Error(`${file.service}: ${name} is no structure`)
    return shape
  }
  const operations = Object.entries(file.operations).map(([name, entry]) => {
    const operation: OperationModel = {
      name,
      ...(entry.input !== undefined && { input: structureNamed(entry.input) }),
      ...(entry.output !== undefined && { output: structureNamed(entry.output) }),
      errors: entry.errors ?? [],
      ...(entry.pagination && { pagination: entry.pagination }),
    }
    return [name, operation] as const
  })
  const errors = Object.entries(file.errors).map(
    ([code, entry]) =>
      [code, { code, status: entry.status, shape: structureNamed(entry.shape) }] as const,
  )
  return {
    service: file.service,
    serviceId: file.serviceId,
    protocol: file.protocol,
    apiVersion: file.apiVersion,
    signingName: file.signingName,
    xmlNamespace: file.xmlNamespace,
    target: file.target,
    shapeNamespace: file.shapeNamespace,
    operations: new Map(operations),
    errors: new Map(errors),
  }
}

interface ModelFile extends Omit<ServiceModel, 'operations' | 'errors'> {
  operations: Record<
    string,
    { input?: string; output?: string; errors?: string[]; pagination?: PaginationModel }
  >
  errors: Record<string, { shape: string; status: number }>
  shapes: Record<string, ShapeEntry>
}

type ShapeEntry =
  | { kind: 'structure'; members: Record<string, string>; required?: string[]; union?: true }
  | { kind: 'list'; member: string }
  | { kind: 'map'; key: string; value: string }
  | { kind: 'string' | 'integer' | 'long' | 'float' | 'double' | 'blob' | 'boolean' | 'timestamp' }

/** Shapes may contain themselves: all are made first, then their names are replaced by each other. */
function linkShapes(entries: Record<string, ShapeEntry>): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>()
  for (const [name, entry] of Object.entries(entries)) {
    shapes.set(name, { name, ...entry } as unknown as Shape)
  }
  const linked = (name: string) => {
    const shape = shapes.get(name)
    if (shape === undefined) throw new Error(`No shape named ${name}`)
    return shape
  }
  for (const [name, entry] of Object.entries(entries)) {
    const shape = shapes.get(name) as object
    if (entry.kind === 'structure') {
      const members = Object.entries(entry.members).map(([member, target]) => ({
        name: member,
        shape: linked(target),
        required: entry.required?.includes(member) ?? false,
      }))
      Object.assign(shape, { members })
    } else if (entry.kind === 'list') Object.assign(shape, { member: linked(entry.member) })
    else if (entry.kind === 'map') {
      Object.assign(shape, { key: linked(entry.key), value: linked(entry.value) })
    }
  }
  return shapes
}
