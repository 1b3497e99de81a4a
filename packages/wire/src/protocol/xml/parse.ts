import { nestingDepthMax } from '../limits.ts'

/** An element; names are without their prefix, text and children as they stand. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  text: string
}

/** Elements of one document. Chosen by us; a multi-object delete of a thousand keys has 4,000. */
export const elementCountMax = 100_000

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

const nameChars = /[A-Za-z_][\w.\-:]*/y
const attribute = /\s+([A-Za-z_][\w.\-:]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y

/**
 * The root element of an XML document as AWS's clients send it; undefined for anything that is not
 * well-formed, and for what no client sends: a document type, an entity of one's own, processing
 * instructions. So nothing is fetched and nothing expands. Cost: linear in the text.
 * Source: XML 1.0 (Fifth Edition), the parts used.
 */
export function parseXml(text: string): XmlElement | undefined {
  const parser = new Parser(text)
  return parser.document()
}

class Parser {
  readonly #text: string
  #at = 0
  #elements = 0

  constructor(text: string) {
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text
  }

  document(): XmlElement | undefined {
    const declaration = /^<\?xml\s[^?<>]*\?>/.exec(this.#text)
    if (declaration !== null) this.#at = declaration[0].length
    if (!this.#skipMisc()) return undefined
    const root = this.#tree()
    if (root === undefined || !this.#skipMisc()) return undefined
    return this.#at === this.#text.length ? root : undefined
  }

  /** White space and comments between elements at the top; false where a comment is not closed. */
  #skipMisc(): boolean {
    for (;;) {
      while (/\s/.test(this.#text.charAt(this.#at))) this.#at++
      if (!this.#text.startsWith('<!--', this.#at)) return true
      if (!this.#skipComment()) return false
    }
  }

  #skipComment(): boolean {
    const end = this.#text.indexOf('-->', this.#at + 4)
    if (end === -1) return false
    this.#at = end + 3
    return true
  }

  /** Without recursion: depth is bounded by `nestingDepthMax` all the same. */
  #tree(): XmlElement | undefined {
    const open: XmlElement[] = []
    const raw: string[] = []
    for (;;) {
      const tag = this.#startTag()
      if (tag === undefined) return undefined
      open.at(-1)?.children.push(tag.element)
      if (!tag.closed) {
        if (open.length === nestingDepthMax) return undefined
        open.push(tag.element)
        raw.push(tag.rawName)
      } else if (open.length === 0) return tag.element
      // Up to the next start tag, or the end of the root.
      for (;;) {
        const current = open.at(-1)
        if (current === undefined) return undefined
        if (!this.#content(current)) return undefined
        if (!this.#text.startsWith('</', this.#at)) break
        if (!this.#endTag(raw.at(-1) ?? '')) return undefined
        open.pop()
        raw.pop()
        if (open.length === 0) return current
      }
    }
  }

  #startTag(): { element: XmlElement; rawName: string; closed: boolean } | undefined {
    if (this.#text.charAt(this.#at) !== '<' || ++this.#elements > elementCountMax) return undefined
    this.#at++
    const rawName = this.#match(nameChars)?.[0]
    if (rawName === undefined) return undefined
    const attributes = new Map<string, string>()
    for (;;) {
      const found = this.#match(attribute)
      if (found === undefined) break
      const value = decodeEntities(found[2] ?? found[3] ?? '')
      const name = found[1] ?? ''
      if (value === undefined || attributes.has(name)) return undefined
      attributes.set(name, value)
    }
    const end = this.#match(/\s*(\/?)>/y)
    if (end === undefined) return undefined
    const element = { name: localName(rawName), attributes, children: [], text: '' }
    return { element, rawName, closed: end[1] === '/' }
  }

  #endTag(rawName: string): boolean {
    if (!this.#text.startsWith(rawName, this.#at + 2)) return false
    this.#at += 2 + rawName.length
    return this.#match(/\s*>/y) !== undefined
  }

  /** Text, CDATA sections and comments up to the next tag. */
  #content(element: XmlElement): boolean {
    for (;;) {
      const next = this.#text.indexOf('<', this.#at)
      if (next === -1) return false
      const text = decodeEntities(this.#text.slice(this.#at, next))
      if (text === undefined) return false
      element.text += text
      this.#at = next
      if (this.#text.startsWith('<!--', next)) {
        if (!this.#skipComment()) return false
      } else if (this.#text.startsWith('<![CDATA[', next)) {
        const end = this.#text.indexOf(']]>', next)
        if (end === -1) return false
        element.text += this.#text.slice(next + 9, end)
        this.#at = end + 3
      } else return true
    }
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null) return undefined
    this.#at = pattern.lastIndex
    return found
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

/** Undefined for an entity that XML does not predefine, and for a character it does not allow. */
function decodeEntities(text: string): string | undefined {
  if (!text.includes('&')) return text
  let known = true
  const decoded = text.replaceAll(/&([^;&]{0,12});?/g, (whole, name: string) => {
    const char = whole.endsWith(';') ? (entities[name] ?? characterOf(name)) : undefined
    if (char === undefined) known = false
    return char ?? ''
  })
  return known ? decoded : undefined
}

function characterOf(name: string): string | undefined {
  const found = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name)
  if (found === null) return undefined
  const code = found[1] === undefined ? Number(found[2]) : parseInt(found[1], 16)
  const allowed =
    [0x9, 0xa, 0xd].includes(code) ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  return allowed ? String.fromCodePoint(code) : undefined
}
