/**
 * Finds, among many, the few things whose literal text occurs in a given text: each is filed under
 * one run of eight characters (a gram) that the text must contain, the rarest it has. Prefixes,
 * suffixes and middles cost the same: one look-up per character of the text.
 */

/** A shorter run of literal text cannot be filed. */
export const gramChars = 8

/** Grams are counted in at most so many buckets, as 2 to the power of it; few need few. */
const countBitsMax = 16

/** After eight characters the first has been shifted out of the 32 bits: the hash rolls by itself. */
function rolled(hash: number, char: number): number {
  return (hash << 4) ^ char
}

/** Spreads a rolling hash, whose neighbours differ in few bits. */
function spread(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1)
}

/** A gram of an entry with what stands around it, which tells most namesakes apart. */
interface Filed {
  readonly entry: number
  readonly around: string
  /** How many of its characters come before the gram's end. */
  readonly gramEnd: number
  /** How many come after, and the last of all: looked at first, as namesakes differ late. */
  readonly after: number
  readonly lastChar: number
}

/** So much text before and after a gram is compared: enough to tell apart, little to compare. */
const aroundChars = 12

const nothing: readonly Filed[] = []

export class GramIndex {
  private readonly shift: number
  private readonly keys: Int32Array
  /** An empty list marks a free place of the table. */
  private readonly places: (readonly Filed[])[]
  /** 1 where a spread hash may have a place: small enough to stay in the processor's cache. */
  private readonly filter: Uint8Array
  private readonly filterShift: number
  private readonly seen: Int32Array
  private epoch = 0

  /** @param runs For each entry, the alternatives of literal runs, each at least a gram long. */
  constructor(runs: Runs) {
    const filed = fileUnderRarest(runs)
    const bits = Math.max(4, Math.ceil(Math.log2(filed.size * 2 + 1)))
    this.shift = 32 - bits
    this.keys = new Int32Array(1 << bits)
    this.places = new Array<readonly Filed[]>(1 << bits).fill(nothing)
    const filterBits = Math.min(bits + 3, 20)
    this.filterShift = 32 - filterBits
    this.filter = new Uint8Array(1 << filterBits)
    for (const [hash, members] of filed) {
      const at = this.placeOf(hash)
      this.filter[spread(hash) >>> this.filterShift] = 1
      this.keys[at] = hash
      this.places[at] = members
    }
    this.seen = new Int32Array(runs.length)
  }

  /** The place of a gram, or the free one where it would be. Ends: half of all places are free. */
  private placeOf(hash: number): number {
    const { keys, places } = this
    const mask = keys.length - 1
    let at = spread(hash) >>> this.shift
    while (places[at] !== nothing && keys[at] !== hash) at = (at + 1) & mask
    return at
  }

  /** Writes the entries that may occur in `text` to `found`, each once; returns how many. */
  find(text: string, found: number[]): number {
    const { seen, filter } = this
    if (++this.epoch === epochMax) {
      this.epoch = 1
      seen.fill(0)
    }
    let count = 0
    let hash = 0
    for (let offset = 0; offset < text.length; offset++) {
      hash = rolled(hash, text.charCodeAt(offset))
      if (offset < gramChars - 1) continue
      if (filter[spread(hash) >>> this.filterShift] === 0) continue
      const members = this.places[this.placeOf(hash)] ?? nothing
      for (const { entry, around, gramEnd, after, lastChar } of members) {
        if (text.charCodeAt(offset + after) !== lastChar) continue
        const start = offset + 1 - gramEnd
        if (start < 0 || seen[entry] === this.epoch || !text.startsWith(around, start)) continue
        seen[entry] = this.epoch
        found[count++] = entry
      }
    }
    return count
  }
}

/** Small integers are fastest; long before they end, counting starts anew. */
const epochMax = 2 ** 30 - 1

type Runs = readonly (readonly (readonly string[])[])[]

function fileUnderRarest(runs: Runs): Map<number, Filed[]> {
  const texts = runs.flat(2)
  const gramCount = texts.reduce((sum, { length }) => sum + length, 0)
  const bits = Math.min(countBitsMax, Math.ceil(Math.log2(gramCount * 2 + 1)))
  const counts = new Uint32Array(1 << bits)
  const bucket = (hash: number) => spread(hash) >>> (32 - bits)
  for (const text of texts) {
    eachGram(text, (hash) => {
      counts[bucket(hash)] = (counts[bucket(hash)] ?? 0) + 1
    })
  }
  const filed = new Map<number, Filed[]>()
  for (const [entry, alternatives] of runs.entries()) {
    for (const long of alternatives) {
      let rarest = { hash: 0, count: Infinity, run: '', gramEnd: 0 }
      for (const run of long) {
        eachGram(run, (hash, gramEnd) => {
          const count = counts[bucket(hash)] ?? 0
          if (count < rarest.count) rarest = { hash, count, run, gramEnd }
        })
      }
      const { hash, run, gramEnd } = rarest
      const from = Math.max(0, gramEnd - gramChars - aroundChars)
      const around = run.slice(from, gramEnd + aroundChars)
      const after = from + around.length - gramEnd
      const lastChar = around.charCodeAt(around.length - 1)
      const member = { entry, around, gramEnd: gramEnd - from, after, lastChar }
      const members = filed.get(hash)
      if (members === undefined) filed.set(hash, [member])
      else members.push(member)
    }
  }
  return filed
}

function eachGram(text: string, visit: (hash: number, gramEnd: number) => void): void {
  let hash = 0
  for (let offset = 0; offset < text.length; offset++) {
    hash = rolled(hash, text.charCodeAt(offset))
    if (offset >= gramChars - 1) visit(hash, offset + 1)
  }
}
