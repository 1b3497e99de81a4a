/** What the committed model says of each operation. Read as data: nothing of ours is imported. */
import { readFileSync } from 'node:fs'

interface Shape {
  readonly members?: Readonly<Record<string, string>>
  readonly min?: number
  readonly max?: number
}

interface Model {
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly input?: string
        readonly output?: string
        readonly errors?: readonly string[]
        readonly pagination?: { readonly results?: readonly string[] }
      }
    >
  >
  readonly errors: Readonly<Record<string, { readonly shape: string; readonly status: number }>>
  readonly shapes: Readonly<Record<string, Shape>>
}

export interface OperationFacts {
  readonly name: string
  readonly errors: readonly string[]
  /** Present where the input has a `Marker`. */
  readonly paging?: {
    /** Members of the output that hold the items. */
    readonly results: readonly string[]
    /** Most items of a page that may be asked for; absent where the caller has no say. */
    readonly itemsMax?: number
  }
}

export function readRepositoryFile(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
}

export function readJson(path: string): unknown {
  return JSON.parse(readRepositoryFile(path))
}

const model = readJson('packages/wire/models/iam.json') as Model

/** Where the model names no results: the one list of the output. */
function listsOf(output: string | undefined): readonly string[] {
  const members = Object.entries(model.shapes[output ?? '']?.members ?? {})
  return members
    .filter(([, shape]) => (model.shapes[shape] as { kind?: string }).kind === 'list')
    .map(([name]) => name)
}

function factsOf(name: string): OperationFacts {
  const { input, output, errors = [], pagination } = model.operations[name] ?? {}
  const members = model.shapes[input ?? '']?.members ?? {}
  if (members['Marker'] === undefined) return { name, errors }
  const itemsMax = model.shapes[members['MaxItems'] ?? '']?.max
  const results = pagination?.results ?? listsOf(output)
  return { name, errors, paging: { results, ...(itemsMax !== undefined && { itemsMax }) } }
}

/** Every operation of IAM, in the order of their names. */
export const operations: readonly OperationFacts[] = Object.keys(model.operations)
  .sort()
  .map(factsOf)

/** How a client meets an error code: the SDK's name of it, and the status. */
export function errorFacts(code: string): { readonly name: string; readonly status?: number } {
  const error = model.errors[code]
  return error ? { name: error.shape, status: error.status } : { name: code }
}
