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
  let consumed = [0] // In ascending order.
  for (const token of glob) {
    const next: number[] = []
    if (token === 'many') {
      for (let length = consumed[0] ?? 0; length <= text.length; length++) next.push(length)
    } else {
      for (const length of consumed) {
        const isOne = token === 'one' && length < text.length
        if (isOne || (token !== 'one' && token.char === text[length])) next.push(length + 1)
      }
    }
    if (next.length === 0) return false
    consumed = next
  }
  return consumed.at(-1) === text.length
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
