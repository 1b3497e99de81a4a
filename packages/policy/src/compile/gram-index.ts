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

/**
 * What is filed under one gram. Few are looked at one by one; of many, those that have text there
 * are told apart by a second gram, some characters away.
 */
interface Namesakes {
  readonly each: readonly Filed[]
  /** Where the second gram ends, counted from the end of the first; 0 where there is none. */
  readonly tellingEnd: number
  readonly told: ReadonlyMap<number, readonly Filed[]>
}

const eachMax = 4

const nothing: Namesakes = { each: [], tellingEnd: 0, told: new Map() }

export class GramIndex {
  private readonly shift: number
  private readonly keys: Int32Array
  /** `nothing` marks a free place of the table. */
  private readonly places: Namesakes[]
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
    this.places = new Array<Namesakes>(1 << bits).fill(nothing)
    const filterBits = Math.min(bits + 3, 20)
    this.filterShift = 32 - filterBits
    this.filter = new Uint8Array(1 << filterBits)
    for (const [hash, members] of filed) {
      const at = this.placeOf(hash)
      this.filter[spread(hash) >>> this.filterShift] = 1
      this.keys[at] = hash
      this.places[at] = tellApart(members)
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
    const { filter } = this
    if (++this.epoch === epochMax) {
      this.epoch = 1
      this.seen.fill(0)
    }
    let count = 0
    let hash = 0
    for (let offset = 0; offset < text.length; offset++) {
      hash = rolled(hash, text.charCodeAt(offset))
      if (offset < gramChars - 1) continue
      if (filter[spread(hash) >>> this.filterShift] === 0) continue
      const { each, told, tellingEnd } = this.places[this.placeOf(hash)] ?? nothing
      count = this.add(each, text, offset, found, count)
      if (tellingEnd !== 0) {
        const few = told.get(gramAt(text, offset + tellingEnd))
        if (few !== undefined) count = this.add(few, text, offset, found, count)
      }
    }
    return count
  }

  /** Adds those of `members` that stand where the gram that ends at `offset` is. */
  private add(
    members: readonly Filed[],
    text: string,
    offset: number,
    found: number[],
    before: number,
  ): number {
    const { seen, epoch } = this
    let count = before
    for (const { entry, around, gramEnd, after, lastChar } of members) {
      if (text.charCodeAt(offset + after) !== lastChar) continue
      const start = offset + 1 - gramEnd
      if (start < 0 || seen[entry] === epoch || !text.startsWith(around, start)) continue
      seen[entry] = epoch
      found[count++] = entry
    }
    return count
  }
}

/** The gram whose last character is at `end`. Past the text's ends there is none, and no answer. */
function gramAt(text: string, end: number): number {
  let hash = 0
  for (let offset = end - gramChars + 1; offset <= end; offset++) {
    hash = rolled(hash, text.charCodeAt(offset))
  }
  return hash
}

function tellApart(members: readonly Filed[]): Namesakes {
  let best: Namesakes = { ...nothing, each: members }
  if (members.length <= eachMax) return best
  for (let tellingEnd = -aroundChars; tellingEnd <= aroundChars; tellingEnd++) {
    const each: Filed[] = []
    const told = new Map<number, Filed[]>()
    for (const member of members) {
      const end = member.gramEnd + tellingEnd
      if (end < gramChars || end > member.around.length) each.push(member)
      else append(told, gramAt(member.around, end - 1), member)
    }
    if (told.size > Math.max(1, best.told.size)) best = { each, tellingEnd, told }
  }
  return best
}

function append<T>(map: Map<number, T[]>, key: number, value: T): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
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
      append(filed, hash, { entry, around, gramEnd: gramEnd - from, after, lastChar })
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
