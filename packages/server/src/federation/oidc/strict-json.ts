/** A token of JSON, with the white space before it. The text is known to be valid JSON. */
const jsonToken = /\s*(?:([{}[\],:])|"((?:[^"\\]|\\.)*)"|[^\s{}[\],:"]+)/gy

/**
 * The value of a JSON text in which no object has two members of one name: of such, readers
 * differ in which one counts. Undefined for these, and for what is no JSON.
 * Source: RFC 8725 §2.4; RFC 7519 §4 lets a reader refuse them.
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return hasDuplicateMembers(text) ? undefined : value
}

function hasDuplicateMembers(text: string): boolean {
  const open: (Set<string> | undefined)[] = [] // The members of each object, nothing of a list.
  let mayBeName = false
  for (const [, sign, quoted] of text.matchAll(jsonToken)) {
    if (sign === '{') open.push(new Set())
    else if (sign === '[') open.push(undefined)
    else if (sign === '}' || sign === ']') open.pop()
    const members = open.at(-1)
    if (quoted !== undefined && mayBeName && members) {
      const name = JSON.parse(`"${quoted}"`) as string
      if (members.has(name)) return true
      members.add(name)
    }
    mayBeName = sign === '{' || sign === ','
  }
  return false
}
