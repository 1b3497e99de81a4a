/**
 * Finds, among many, the few things whose literal text occurs in a given text: each is filed under
 * one run of eight characters (a gram) that the text must contain, the rarest it has. Prefixes,
 * suffixes and middles cost the same: one look-up per character of the text.
 */

/** A shorter run of literal text cannot be filed. */
export const gramChars = 8

const countBuckets = 1 << 16

/** After eight characters the first has been shifted out of the 32 bits: the hash rolls by itself. */
function rolled(hash: number, char: number): number {
  return (hash << 4) ^ char
}

/** Spreads a rolling hash, whose neighbours differ in few bits. */
function spread(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1)
}

export class GramIndex {
  private readonly shift: number
  private readonly keys: Int32Array
  /** Where a slot's entries begin in `entries`, and where they end; equal where it is free. */
  private readonly starts: Int32Array
  private readonly ends: Int32Array
  private readonly entries: Int32Array
  private readonly seen: Int32Array
  private epoch = 0

  /** @param runs For each entry, the alternatives of literal runs, each at least a gram long. */
  constructor(runs: readonly (readonly (readonly string[])[])[]) {
    const filed = fileUnderRarest(runs)
    const bits = Math.max(4, Math.ceil(Math.log2(filed.size * 2 + 1)))
    this.shift = 32 - bits
    this.keys = new Int32Array(1 << bits)
    this.starts = new Int32Array(1 << bits)
    this.ends = new Int32Array(1 << bits)
    const entries: number[] = []
    for (const [hash, members] of filed) {
      const at = this.slotOf(hash)
      this.keys[at] = hash
      this.starts[at] = entries.length
      for (const member of members) entries.push(member)
      this.ends[at] = entries.length
    }
    this.entries = Int32Array.from(entries)
    this.seen = new Int32Array(runs.length)
  }

  /** The slot of a gram, or the free one where it would be. Ends: half of all slots are free. */
  private slotOf(hash: number): number {
    const mask = this.keys.length - 1
    let at = spread(hash) >>> this.shift
    while (this.starts[at] !== this.ends[at] && this.keys[at] !== hash) at = (at + 1) & mask
    return at
  }

  /** Writes the entries that may occur in `text` to `found`, each once, and returns how many. */
  find(text: string, found: number[]): number {
    const { starts, ends, entries, seen } = this
    if (++this.epoch === 0x3fffffff) {
      this.epoch = 1
      seen.fill(0)
    }
    const { epoch } = this
    let count = 0
    let hash = 0
    for (let offset = 0; offset < text.length; offset++) {
      hash = rolled(hash, text.charCodeAt(offset))
      if (offset < gramChars - 1) continue
      const at = this.slotOf(hash)
      const end = ends[at] ?? 0
      for (let index = starts[at] ?? 0; index < end; index++) {
        const entry = entries[index] ?? 0
        if (seen[entry] === epoch) continue
        seen[entry] = epoch
        found[count++] = entry
      }
    }
    return count
  }
}

type Runs = readonly (readonly (readonly string[])[])[]

function fileUnderRarest(runs: Runs): Map<number, number[]> {
  const counts = new Uint32Array(countBuckets)
  const count = (hash: number) => counts[spread(hash) >>> 16] ?? 0
  for (const alternatives of runs) {
    for (const texts of alternatives) {
      for (const hash of gramsOf(texts)) counts[spread(hash) >>> 16] = count(hash) + 1
    }
  }
  const filed = new Map<number, number[]>()
  for (const [entry, alternatives] of runs.entries()) {
    for (const texts of alternatives) {
      let rarest: number | undefined
      for (const hash of gramsOf(texts)) {
        if (rarest === undefined || count(hash) < count(rarest)) rarest = hash
      }
      if (rarest === undefined) continue
      const members = filed.get(rarest)
      if (members === undefined) filed.set(rarest, [entry])
      else if (members.at(-1) !== entry) members.push(entry)
    }
  }
  return filed
}

function gramsOf(texts: readonly string[]): number[] {
  const grams: number[] = []
  for (const text of texts) {
    let hash = 0
    for (let offset = 0; offset < text.length; offset++) {
      hash = rolled(hash, text.charCodeAt(offset))
      if (offset >= gramChars - 1) grams.push(hash)
    }
  }
  return grams
}
