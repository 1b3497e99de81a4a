import type { OperationModel, ServiceModel } from '../../model.ts'
import { decodeText, type QueryParameters } from './query-string.ts'

/** Where in a service a request points, once the host has been looked at. */
export interface Place {
  readonly method: string
  /** Raw, still percent-encoded; begins with `/`. */
  readonly path: string
  readonly query: QueryParameters
  readonly headers: ReadonlyMap<string, string>
  /** Labels that the path does not hold: the bucket of S3, which may stand in the host. */
  readonly labels: Readonly<Record<string, string>>
}

export interface RouteMatch {
  readonly operation: OperationModel
  readonly labels: Readonly<Record<string, string>>
  /** Names of the parameters that are part of the path's template. */
  readonly literals: ReadonlySet<string>
}

type Segment = { readonly literal: string } | { readonly label: string; readonly greedy: boolean }

interface Route {
  readonly operation: OperationModel
  readonly segments: readonly Segment[]
  readonly isGreedy: boolean
  /** Parameters that must be there; with a value, that value. */
  readonly literals: readonly (readonly [name: string, value: string])[]
  readonly literalNames: ReadonlySet<string>
  /** Required members that travel in the query or a header. */
  readonly requiredQueries: readonly string[]
  readonly requiredHeaders: readonly string[]
  readonly queries: ReadonlySet<string>
  readonly takesAnyQuery: boolean
  readonly labels: ReadonlySet<string>
  /** How many of them do not stand in the path. */
  readonly otherLabelCount: number
  readonly rank: number
}

/** By method. */
type RouteTable = ReadonlyMap<string, readonly Route[]>

const routeTables = new WeakMap<ServiceModel, RouteTable>()

/**
 * The operation a request is for. Undefined where there is none, where it is not clear which, and
 * where the query holds a parameter that the operation does not know: a backend might know it, and
 * do something that was never decided on.
 * Source: Smithy, "http trait", "Literal query parameters" and "Specificity".
 */
export function matchRoute(model: ServiceModel, place: Place): RouteMatch | undefined {
  let best: RouteMatch | undefined
  let bestRank = -1
  let isTie = false
  for (const route of routesOf(model).get(place.method) ?? []) {
    const { operation, rank, literalNames: literals } = route
    if (rank < bestRank || !admits(route, place)) continue
    const labels = labelsOf(route, place)
    if (labels === undefined) continue
    isTie = rank === bestRank
    bestRank = rank
    best = { operation, labels, literals }
  }
  return isTie ? undefined : best
}

/** Literal segments count most, then what must be in the query, then in a header. */
function rankOf(route: Omit<Route, 'rank'>): number {
  const literalSegments = route.segments.filter((segment) => 'literal' in segment).length
  const labels = route.segments.filter((segment) => 'label' in segment && !segment.greedy).length
  const inQuery = route.literals.length + route.requiredQueries.length
  return (
    literalSegments * 1e6 +
    labels * 1e4 +
    inQuery * 100 +
    route.requiredHeaders.length * 10 +
    route.labels.size
  )
}

function routesOf(model: ServiceModel): RouteTable {
  const known = routeTables.get(model)
  if (known !== undefined) return known
  const routes = new Map<string, Route[]>()
  for (const operation of model.operations.values()) {
    const { http } = operation
    const route = routeOf(operation)
    if (http === undefined || route === undefined) continue
    const alike = routes.get(http.method)
    if (alike === undefined) routes.set(http.method, [route])
    else alike.push(route)
  }
  routeTables.set(model, routes)
  return routes
}

function routeOf(operation: OperationModel): Route | undefined {
  if (operation.http === undefined) return undefined
  const [path = '', query = ''] = operation.http.uri.split('?')
  const members = operation.input?.members ?? []
  const required = members.filter((member) => member.required)
  const segments = path.split('/').slice(1).filter(Boolean).map(segmentOf)
  const inPath = segments.filter((segment) => 'label' in segment)
  const labels = new Set(members.filter(({ httpLabel }) => httpLabel).map(({ name }) => name))
  const literals = query
    .split('&')
    .filter((piece) => piece !== '' && !piece.startsWith(`${hint}=`))
    .map((piece) => piece.split('=') as [string, string?])
    .map(([name, value]) => [name, value ?? ''] as const)
  const route = {
    operation,
    segments,
    isGreedy: inPath.some(({ greedy }) => greedy),
    literals,
    literalNames: new Set(literals.map(([name]) => name)),
    requiredQueries: required.flatMap(({ httpQuery }) => httpQuery ?? []),
    requiredHeaders: required.flatMap(({ httpHeader }) => httpHeader?.toLowerCase() ?? []),
    queries: new Set(members.flatMap(({ httpQuery }) => httpQuery ?? [])),
    takesAnyQuery: members.some(({ httpQueryParams }) => httpQueryParams),
    labels,
    otherLabelCount: labels.size - inPath.length,
  }
  return { ...route, rank: rankOf(route) }
}

/** S3's clients name the operation so, some of the time; it decides nothing. */
const hint = 'x-id'

function segmentOf(text: string): Segment {
  const found = /^\{([A-Za-z]+)(\+?)\}$/.exec(text)
  if (found === null) return { literal: text }
  return { label: found[1] ?? '', greedy: found[2] === '+' }
}

/** The labels of a path; undefined where it is another one. No label is empty. */
function labelsOf(
  { segments, isGreedy, labels: declared, otherLabelCount }: Route,
  place: Place,
): Record<string, string> | undefined {
  const given = Object.keys(place.labels)
  if (given.length !== otherLabelCount || !given.every((name) => declared.has(name))) {
    return undefined
  }
  const labels: Record<string, string> = { ...place.labels }
  const parts = partsOf(place.path, isGreedy)
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index] as Segment
    const isRest = 'label' in segment && segment.greedy
    const after = segments.length - index - 1
    const raw = isRest ? parts.slice(index, parts.length - after).join('/') : parts[index]
    if (raw === undefined || raw === '') return undefined
    if ('literal' in segment) {
      if (raw !== segment.literal) return undefined
      continue
    }
    const text = decodeText(raw)
    if (text === undefined) return undefined
    labels[segment.label] = text
    if (isRest) return endsWith(parts, segments.slice(index + 1)) ? labels : undefined
  }
  return parts.length === segments.length ? labels : undefined
}

/** A slash at the end is part of a greedy label, and nothing where there is none. */
function partsOf(path: string, isGreedy: boolean): readonly string[] {
  if (path === '/') return []
  const end = !isGreedy && path.endsWith('/') ? -1 : undefined
  return path.slice(1, end).split('/')
}

/** What stands after a greedy label is literal in all models. */
function endsWith(parts: readonly string[], segments: readonly Segment[]): boolean {
  const end = parts.slice(parts.length - segments.length)
  return segments.every((segment, at) => 'literal' in segment && segment.literal === end[at])
}

function admits(route: Route, { query, headers }: Place): boolean {
  for (const [name, value] of route.literals) {
    const found = query.get(name)
    if (found?.length !== 1 || (value !== '' && found[0] !== value)) return false
  }
  if (!route.requiredQueries.every((name) => query.has(name))) return false
  if (!route.requiredHeaders.every((name) => headers.has(name) || query.has(name))) return false
  if (route.takesAnyQuery) return true
  for (const name of query.keys()) {
    const isSigning = /^x-amz-/i.test(name) || name === hint
    if (!isSigning && !route.literalNames.has(name) && !route.queries.has(name)) return false
  }
  return true
}
