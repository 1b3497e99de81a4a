/** Wildcard patterns, one token per character. Slow and obvious. */

/** `one` is `?`, `many` is `*`; anything else is one UTF-16 code unit that stands for itself. */
export type Token = 'one' | 'many' | { readonly char: string }

export type Glob = readonly Token[]

/** `*` and `?` are wildcards, every other character stands for itself. */
export function globOf(pattern: string): Glob {
  return pattern.split('').map((char) => {
    if (char === '*') return 'many'
    return char === '?' ? 'one' : { char }
  })
}

/** Every character stands for itself. */
export function literalOf(text: string): Glob {
  return text.split('').map((char) => ({ char }))
}

/** Whether the glob matches the whole text: follows every length that could be consumed so far. */
export function matchesGlob(glob: Glob, text: string): boolean {
  let consumed = new Set([0])
  for (const token of glob) {
    const next = new Set<number>()
    for (const length of consumed) {
      if (token === 'many') {
        for (let end = length; end <= text.length; end++) next.add(end)
      } else if (length < text.length && (token === 'one' || token.char === text[length])) {
        next.add(length + 1)
      }
    }
    if (next.size === 0) return false
    consumed = next
  }
  return consumed.has(text.length)
}

/** The glob's parts between literal colons, at most `partsMax`; the last keeps its colons. */
export function splitAtColons(glob: Glob, partsMax: number): Glob[] {
  const parts: Token[][] = [[]]
  for (const token of glob) {
    const isColon = typeof token === 'object' && token.char === ':'
    if (isColon && parts.length < partsMax) parts.push([])
    else parts.at(-1)?.push(token)
  }
  return parts
}

/** A text's parts between colons, at most `partsMax`; the last keeps its colons. */
export function splitText(text: string, partsMax: number): string[] {
  const parts = text.split(':')
  if (parts.length <= partsMax) return parts
  return [...parts.slice(0, partsMax - 1), parts.slice(partsMax - 1).join(':')]
}
