export interface PartiQlStatement {
  readonly verb: 'Select' | 'Insert' | 'Update' | 'Delete'
  readonly table: string
  readonly index?: string
}

/** Strings, quoted names, words and numbers, any other character. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_][A-Za-z0-9_.-]*|\d+|\S/g

/** Words that begin another statement, or name a further table. */
const further = /^(select|insert|update|delete|from|into|exists|join|union)$/i

/**
 * The verb and the table of a PartiQL statement, as far as is needed to tell who may run it.
 * Undefined: not understood, and so refused: comments, Ion, a second table, a nested statement.
 *
 * Source: DynamoDB Developer Guide, "PartiQL statements". Cost: linear.
 */
export function partiQlOf(statement: string): PartiQlStatement | undefined {
  if (/--|\/\*|;|`/.test(statement)) return undefined
  const tokens = statement.match(token) ?? []
  const verb = tokens[0]?.toLowerCase()
  const start = startOf(verb, tokens)
  if (start === undefined) return undefined
  const table = nameOf(tokens[start])
  if (table === undefined) return undefined
  const hasIndex = verb === 'select' && tokens[start + 1] === '.'
  const index = hasIndex ? nameOf(tokens[start + 2]) : undefined
  if (hasIndex && index === undefined) return undefined
  const after = tokens.slice(start + (hasIndex ? 3 : 1))
  // A further table would follow a comma or a dot here.
  if (after[0] === ',' || after[0] === '.') return undefined
  if (after.some((word) => further.test(word))) return undefined
  const named = `${verb?.slice(0, 1).toUpperCase() ?? ''}${verb?.slice(1) ?? ''}`
  return { verb: named as PartiQlStatement['verb'], table, ...(index !== undefined && { index }) }
}

/** A statement of that table as another one of its kind; as it is where it is not understood. */
export function withTableName(statement: string, rename: (table: string) => string): string {
  const parsed = partiQlOf(statement)
  if (parsed === undefined) return statement
  const name = rename(parsed.table)
  if (name === parsed.table) return statement
  const tokens = [...statement.matchAll(token)]
  const verb = tokens[0]?.[0].toLowerCase()
  const found =
    tokens[
      startOf(
        verb,
        tokens.map(([word]) => word),
      ) ?? tokens.length
    ]
  if (found === undefined) throw new Error('a statement that is understood names its table')
  const end = found.index + found[0].length
  return `${statement.slice(0, found.index)}"${name}"${statement.slice(end)}`
}

/** Where the table stands. */
function startOf(verb: string | undefined, tokens: readonly string[]): number | undefined {
  const second = tokens[1]?.toLowerCase()
  switch (verb) {
    case 'insert':
      return second === 'into' ? 2 : undefined
    case 'delete':
      return second === 'from' ? 2 : undefined
    case 'update':
      return 1
    case 'select': {
      const from = tokens.findIndex((word) => word.toLowerCase() === 'from')
      const before = tokens.slice(1, from)
      return from > 0 && !before.some((word) => further.test(word)) ? from + 1 : undefined
    }
    default:
      return undefined
  }
}

function nameOf(word: string | undefined): string | undefined {
  const name = /^"([^"]+)"$/.exec(word ?? '')?.[1] ?? word
  return name !== undefined && /^[A-Za-z0-9_.:/-]+$/.test(name) ? name : undefined
}
