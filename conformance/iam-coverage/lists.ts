/** The committed lists of what is not covered, and whether they are as short as they can be. */
import type { OperationFacts } from './model.ts'
import { readJson } from './model.ts'
import type { AnyRow, RowsByName } from './row.ts'

export interface Lists {
  /** Operations that answer NotImplemented. */
  readonly notImplemented: readonly string[]
  /** Operations that work and have no row yet. */
  readonly rowsMissing: readonly string[]
  /** Operation, or `*` for all → error, or `success` → why it cannot be brought about. */
  readonly exceptions: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const folder = 'conformance/iam-coverage'

export const lists: Lists = {
  notImplemented: (readJson('docs/generated/not-implemented.json') as { iam: string[] }).iam,
  rowsMissing: readJson(`${folder}/rows-missing.json`) as string[],
  exceptions: readJson(`${folder}/exceptions.json`) as Lists['exceptions'],
}

/** Why an error of an operation cannot be brought about; undefined where it must be. */
export function exceptionOf(
  { exceptions }: Lists,
  operation: string,
  code: string,
): string | undefined {
  return exceptions[operation]?.[code] ?? exceptions['*']?.[code]
}

/** What is wrong with rows and lists, a line each. Empty where all is in order. */
export function complaints(
  operations: readonly OperationFacts[],
  rows: RowsByName,
  given: Lists,
): readonly string[] {
  return [
    ...operations.flatMap((operation) => ofOperation(operation, rows[operation.name], given)),
    ...unknownNames(operations, rows, given),
    ...operations.flatMap((operation) => ofExceptions(operation, rows[operation.name], given)),
    ...ofExceptionsForAll(operations, rows, given),
  ]
}

function ofOperation(
  { name, errors, paging }: OperationFacts,
  row: AnyRow | undefined,
  given: Lists,
): readonly string[] {
  const awaited = given.notImplemented.includes(name)
  const missing = given.rowsMissing.includes(name)
  if (!row) {
    if (awaited && missing) return [`${name} is not implemented: strike it out of rows-missing`]
    return awaited || missing ? [] : [`${name} has no row: add one, see README.md`]
  }
  const uncovered = errors.filter(
    (code) => !(code in row.errors) && exceptionOf(given, name, code) === undefined,
  )
  return [
    ...(awaited ? [`${name} has a row: strike it out of not-implemented`] : []),
    ...(missing ? [`${name} has a row: strike it out of rows-missing`] : []),
    ...(row.success || exceptionOf(given, name, 'success') !== undefined
      ? []
      : [`${name}: bring about its success, or say in exceptions why not`]),
    ...uncovered.map((code) => `${name}: bring about ${code}, or say in exceptions why not`),
    ...(paging && row.success && !row.pastTheEnd
      ? [`${name} is paged: its row needs pastTheEnd`]
      : []),
    ...(!paging && row.pastTheEnd ? [`${name} is not paged: its row has pastTheEnd`] : []),
  ]
}

function unknownNames(
  operations: readonly OperationFacts[],
  rows: RowsByName,
  { rowsMissing, exceptions }: Lists,
): readonly string[] {
  const known = new Set(operations.map(({ name }) => name))
  const named = [...Object.keys(rows), ...rowsMissing, ...Object.keys(exceptions)]
  return named
    .filter((name) => name !== '*' && !known.has(name))
    .map((name) => `${name} is no operation of IAM`)
}

function ofExceptions(
  { name, errors }: OperationFacts,
  row: AnyRow | undefined,
  { exceptions }: Lists,
): readonly string[] {
  return Object.keys(exceptions[name] ?? {}).flatMap((code) => [
    ...(row?.success && code === 'success' ? [`exceptions: ${name} succeeds: no longer`] : []),
    ...(['success', ...errors].includes(code) ? [] : [`exceptions: ${name} does not list ${code}`]),
    ...(row && code in row.errors ? [`exceptions: ${name} is brought to ${code}: no longer`] : []),
    ...(exceptions['*']?.[code] === undefined ? [] : [`exceptions: ${name}: * says it of ${code}`]),
  ])
}

function ofExceptionsForAll(
  operations: readonly OperationFacts[],
  rows: RowsByName,
  { exceptions }: Lists,
): readonly string[] {
  return Object.keys(exceptions['*'] ?? {}).flatMap((code) => {
    const listing = operations.filter(({ errors }) => errors.includes(code))
    const reached = Object.keys(rows).filter((name) => code in (rows[name]?.errors ?? {}))
    return [
      ...(listing.length > 0 ? [] : [`exceptions: no operation lists ${code}`]),
      ...reached.map((name) => `exceptions: ${name} is brought to ${code}: not for all any more`),
    ]
  })
}
