import bailiwick from '../models/bailiwick.json' with { type: 'json' }
import iam from '../models/iam.json' with { type: 'json' }
import organizations from '../models/organizations.json' with { type: 'json' }
import { readModelFile, type ReadService } from '../models/read-model.ts'
import sts from '../models/sts.json' with { type: 'json' }
import type {
  HttpBinding,
  MemberModel,
  OperationModel,
  PaginationModel,
  ProtocolName,
  ServiceModel,
  Shape,
} from './model.ts'

/** Imported, not read: a bundle then carries along what each start needs. */
const imported = { bailiwick, iam, sts, organizations }

/** The services whose models come with this package. */
export type ModelledService = keyof typeof imported | ReadService

/** A model that comes with this package. A few milliseconds; load once and keep it. */
export function loadModel(service: ModelledService): ServiceModel {
  if (service in imported) {
    return linkModel(imported[service as keyof typeof imported] as unknown as ModelFile)
  }
  return parseModel(readModelFile(service as ReadService))
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
      ...(entry.http && { http: bindingOf(entry.http) }),
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
    alsoSpeaks: file.alsoSpeaks ?? [],
    apiVersion: file.apiVersion,
    signingName: file.signingName,
    xmlNamespace: file.xmlNamespace,
    target: file.target,
    shapeNamespace: file.shapeNamespace,
    operations: new Map(operations),
    errors: new Map(errors),
  }
}

function bindingOf([method, uri, status]: [string, string, number]): HttpBinding {
  return { method, uri, status }
}

interface ModelFile extends Omit<ServiceModel, 'operations' | 'errors' | 'alsoSpeaks'> {
  alsoSpeaks?: ProtocolName[]
  operations: Record<
    string,
    {
      http?: [string, string, number]
      input?: string
      output?: string
      errors?: string[]
      pagination?: PaginationModel
    }
  >
  errors: Record<string, { shape: string; status: number }>
  shapes: Record<string, ShapeEntry>
}

type ShapeEntry =
  | { kind: 'structure'; members: Record<string, MemberEntry>; required?: string[]; union?: true }
  | { kind: 'list'; member: string }
  | { kind: 'map'; key: string; value: string }
  | { kind: Exclude<Shape['kind'], 'structure' | 'list' | 'map'> }

/** A shape's name, or more about the member. */
type MemberEntry = string | ({ shape: string } & Omit<MemberModel, 'name' | 'shape' | 'required'>)

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
      const members = Object.entries(entry.members).map(([member, held]) => ({
        ...(typeof held === 'string' ? {} : held),
        name: member,
        shape: linked(typeof held === 'string' ? held : held.shape),
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
