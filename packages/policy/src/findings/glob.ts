/**
 * Whether all of `text` matches `pattern`, where `*` is any run and `?` any one character. Linear
 * space, O(pattern × text) steps. For findings, which compare patterns as text; decisions use the
 * compiled patterns of `match/`.
 */
export function globMatches(pattern: string, text: string): boolean {
  let at = 0
  let offset = 0
  let star = -1
  let resume = 0
  while (offset < text.length) {
    if (pattern[at] === '*') {
      star = at++
      resume = offset
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[offset])) {
      at++
      offset++
    } else {
      if (star === -1) return false
      at = star + 1
      offset = ++resume
    }
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
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
