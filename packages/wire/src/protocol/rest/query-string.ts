import { parameterCountMax } from '../limits.ts'

/** The parameters of a raw query, decoded; each with all its values, in order. */
export type QueryParameters = ReadonlyMap<string, readonly string[]>

/**
 * Undefined where an escape is not valid UTF-8, or there are more than `parameterCountMax`. A `+`
 * stays a plus: clients of REST services write a space as `%20`.
 */
export function parseQuery(raw: string): QueryParameters | undefined {
  const parameters = new Map<string, string[]>()
  if (raw === '') return parameters
  const pieces = raw.split('&', parameterCountMax + 1)
  if (pieces.length > parameterCountMax) return undefined
  for (const piece of pieces) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    const name = decodeText(equals === -1 ? piece : piece.slice(0, equals))
    const value = equals === -1 ? '' : decodeText(piece.slice(equals + 1))
    if (name === undefined || value === undefined) return undefined
    const values = parameters.get(name)
    if (values === undefined) parameters.set(name, [value])
    else values.push(value)
  }
  return parameters
}

/** Percent-decoded; undefined where that is no UTF-8. */
export function decodeText(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
