/** Patterns compared as text. A variable in them stands for itself. */
import { compilePattern } from '../compile/pattern.ts'
import { matchesPattern } from '../match/pattern.ts'

const syntax = { wildcards: true, variables: false }

/** Whether all of `text` matches `pattern`, where `*` is any run and `?` any one character. */
export function globMatches(pattern: string, text: string): boolean {
  return matchesPattern(compilePattern(pattern, syntax), text)
}

/** Whether some text matches both patterns. O(a × b) steps and O(b) space. */
export function globsIntersect(a: string, b: string): boolean {
  // reachable[j]: the first i characters of `a` and the first j of `b` can match the same text.
  let reachable = Array.from({ length: b.length + 1 }, () => false)
  reachable[0] = true
  for (let j = 0; j < b.length && b[j] === '*'; j++) reachable[j + 1] = true
  for (const left of a) {
    const next = Array.from({ length: b.length + 1 }, () => false)
    next[0] = left === '*' && reachable[0] === true
    for (let j = 0; j < b.length; j++) {
      const right = b[j]
      const both = left === right || left === '?' || right === '?'
      // A star matches nothing, or swallows one character (or star) of the other side.
      const star = left === '*' || right === '*'
      next[j + 1] =
        reachable[j] === true
          ? star || both
          : star && (reachable[j + 1] === true || next[j] === true)
    }
    reachable = next
  }
  return reachable[b.length] === true
}
