/** What DynamoDB's expressions name, as far as is needed to tell who may ask. */
import { at, text } from './forwarded-call.ts'

/** Names, `#` and `:` placeholders, numbers, any other character. */
const token = /[#:]?[A-Za-z_][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|\d+|<=|>=|<>|\S/g

/** Reserved words, so that no attribute has such a name. */
const words = /^(and|or|not|between|in|set|remove|add|delete)$/i
const signs = /^(<=|>=|<>|[=<>(),+\-[\].]|\d+)$/

/**
 * The attributes at the top of an item that an expression names; undefined where it is not
 * understood. Cost: linear.
 *
 * Source: DynamoDB Developer Guide, "Using expressions". Chosen by us: an attribute that is named
 * like a word of the grammar comes as a placeholder, as DynamoDB wants it of reserved words.
 */
export function attributesOf(
  expression: string,
  placeholders: unknown,
): readonly string[] | undefined {
  const tokens = expression.match(token) ?? []
  const found: string[] = []
  for (const [index, each] of tokens.entries()) {
    if (each.startsWith(':') || signs.test(each)) continue
    if (tokens[index - 1] === '.') continue
    const name = nameOf(each, placeholders)
    if (name === undefined) return undefined
    // A function's name is followed by what it is asked of.
    if (!words.test(each) && tokens[index + 1] !== '(') found.push(name)
  }
  return found
}

/** The attributes that a key condition asks to be equal to a value; none where it is not read. */
export function equalAttributes(
  expression: string,
  placeholders: unknown,
  values: unknown,
): Readonly<Record<string, unknown>> {
  const tokens = (expression.match(token) ?? []).filter((each) => each !== '(' && each !== ')')
  if (tokens.some((each) => /^(or|not)$/i.test(each))) return {}
  const equal: (readonly [string, unknown])[] = []
  for (const [index, each] of tokens.entries()) {
    if (each !== '=') continue
    const [left = '', right = ''] = [tokens[index - 1], tokens[index + 1]]
    const [name, value] = left.startsWith(':') ? [right, left] : [left, right]
    const attribute = nameOf(name, placeholders)
    if (attribute === undefined || !value.startsWith(':')) return {}
    equal.push([attribute, at(values, value)])
  }
  const attributes = Object.fromEntries(equal)
  return Object.keys(attributes).length === equal.length ? attributes : {}
}

function nameOf(written: string, placeholders: unknown): string | undefined {
  if (written.startsWith('#')) return text(at(placeholders, written))
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(written) ? written : undefined
}
