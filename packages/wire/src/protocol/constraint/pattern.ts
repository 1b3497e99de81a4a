const compiled = new Map<string, RegExp>()

/**
 * A model's pattern, written for Java's `Pattern.matches`, as a RegExp for the whole value.
 *
 * Java reads `\u10000` as U+1000 and a zero; the models mean the code point, and so do we.
 * Patterns come from the models alone, never from a request.
 */
export function modelPattern(pattern: string): RegExp {
  let regExp = compiled.get(pattern)
  if (regExp === undefined) {
    regExp = new RegExp(`^(?:${translate(pattern)})$`, 'u')
    compiled.set(pattern, regExp)
  }
  return regExp
}

/** Drops the escapes that a RegExp with `u` does not know: `\:` and, outside of classes, `\-`. */
function translate(pattern: string): string {
  let out = ''
  let inClass = false
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i)
    if (char !== '\\') {
      if (char === '[') inClass = true
      if (char === ']') inClass = false
      out += char
      continue
    }
    const wide = /^\\u(10[0-9A-F]{3,4})(?![0-9A-F])/.exec(pattern.slice(i))
    if (wide?.[1] !== undefined) {
      out += `\\u{${wide[1]}}`
      i += wide[0].length - 1
      continue
    }
    const escaped = pattern.charAt(++i)
    const needed = /[A-Za-z0-9^$\\.*+?()[\]{}|/]/.test(escaped) || (inClass && escaped === '-')
    out += needed ? `\\${escaped}` : escaped
  }
  return out
}
