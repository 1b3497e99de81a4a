/**
 * The metadata of a SAML identity provider: who it is, and what it signs with.
 *
 * Source: SAML V2.0 Metadata (saml-metadata-2.0-os); IAM User Guide, "Create a SAML identity
 * provider in IAM".
 */
import { DOMParser } from '@xmldom/xmldom'
import { readSamlCertificate } from './saml-certificate.ts'

export interface SamlMetadata {
  /** The Issuer of what it signs. */
  readonly entityId: string
  /** Base64 of DER, without white space, in the order of the document; at least one. */
  readonly signingCertificates: readonly string[]
  /** Absent where the metadata does not say. */
  readonly validUntil?: Date
}

export type SamlMetadataResult =
  | { readonly ok: true; readonly metadata: SamlMetadata }
  /** In lower case, without a full stop. */
  | { readonly ok: false; readonly problem: string }

const metadataNamespace = 'urn:oasis:names:tc:SAML:2.0:metadata'
const signatureNamespace = 'http://www.w3.org/2000/09/xmldsig#'

/** Chosen by us: metadata of one provider has some hundreds of each. The parser is no faster. */
const markupMax = 20_000
/** Chosen by us: providers that change their key have two or three. */
const signingCertificatesMax = 20
/** Source: SAML V2.0 Core, section 8.3.6. */
const entityIdCharsMax = 1024

/**
 * Reads the EntityDescriptor of an identity provider.
 *
 * There is no document type, hence no entity: nothing is fetched and nothing expands. Elements
 * count by their namespace and in their place alone, so that a key somewhere else in the document
 * is none. Cost: linear in the text, as far as it is text.
 */
export function parseSamlMetadata(text: string): SamlMetadataResult {
  try {
    return { ok: true, metadata: readEntity(rootOf(text)) }
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: error.message }
    throw error
  }
}

/** Why it cannot be read; caught above, so that what is read needs no results inside. */
class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

/** Holds what the parser does not: it is lenient, and slow with markup that nobody sends. */
function assertPlainXml(text: string): void {
  const body = text.replace(/^[ \t\r\n]*<\?xml[ \t\r\n][^<>?]*\?>/, '')
  if (!/^[ \t\r\n]*</.test(body)) throw new Unreadable('it does not begin as XML does')
  if (body.includes('<?')) throw new Unreadable('it has a processing instruction')
  if (/<!(?!--|\[CDATA\[)/.test(body)) throw new Unreadable('it has a document type')
  for (const mark of ['<', '&', '=']) {
    if (occursMoreThan(body, mark, markupMax)) throw new Unreadable('it has too much markup')
  }
}

function occursMoreThan(text: string, mark: string, max: number): boolean {
  let count = 0
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
    if (++count > max) return true
  }
  return false
}

const elementNode = 1
const textNodes: ReadonlySet<number> = new Set([3, 4]) // Text and CDATA sections.
const commentNode = 8

function rootOf(text: string): Element {
  assertPlainXml(text)
  const report = (message: unknown): never => {
    throw new Unreadable(`it is not well-formed XML: ${firstLine(message)}`)
  }
  const errorHandler = { warning: report, error: report, fatalError: report }
  const document = parseXml(new DOMParser({ locator: {}, errorHandler }), text)
  let root: Element | undefined
  for (const node of nodesOf(document)) {
    if (isElement(node)) root = node
    else if (!isIgnorable(node)) throw new Unreadable('it has text outside of its root element')
  }
  if (!root) throw new Unreadable('it has no root element')
  return root
}

/** The parser wraps what its handler throws, and throws of its own. */
function parseXml(parser: DOMParser, text: string): Document {
  try {
    return parser.parseFromString(text, 'text/xml')
  } catch (error) {
    if (error instanceof Unreadable) throw error
    throw new Unreadable(`it is not well-formed XML: ${firstLine(error)}`)
  }
}

function firstLine(problem: unknown): string {
  const message = problem instanceof Error ? problem.message : String(problem)
  const known = message.split('\n', 1)[0] ?? ''
  return known.replace(/^.*\[xmldom \w+\]\s*/, '').slice(0, 200)
}

function nodesOf(parent: Node): Node[] {
  const nodes: Node[] = []
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) nodes.push(node)
  return nodes
}

function isElement(node: Node): node is Element {
  return node.nodeType === elementNode
}

/** The declaration has become a processing instruction; no other has come so far. */
function isIgnorable(node: Node): boolean {
  if (node.nodeType === commentNode || node.nodeName === 'xml') return true
  return textNodes.has(node.nodeType) && (node.nodeValue ?? '').trim() === ''
}

/** Children of that very name and namespace. */
function childrenOf(parent: Element, namespace: string, name: string): Element[] {
  return nodesOf(parent)
    .filter(isElement)
    .filter((child) => child.namespaceURI === namespace && child.localName === name)
}

/** Text of the element itself: a comment does not cut it, and elements inside are none of it. */
function textOf(element: Element): string {
  const texts = nodesOf(element).filter(({ nodeType }) => textNodes.has(nodeType))
  return texts.map(({ nodeValue }) => nodeValue ?? '').join('')
}

function readEntity(root: Element): SamlMetadata {
  if (root.namespaceURI !== metadataNamespace || root.localName !== 'EntityDescriptor') {
    throw new Unreadable('its root element is no EntityDescriptor of SAML 2.0')
  }
  const entityId = root.getAttribute('entityID') ?? ''
  if (entityId === '') throw new Unreadable('it has no entityID')
  if (entityId.length > entityIdCharsMax) {
    throw new Unreadable(`its entityID has more than ${entityIdCharsMax} characters`)
  }
  const roles = childrenOf(root, metadataNamespace, 'IDPSSODescriptor')
  if (roles.length === 0) throw new Unreadable('it has no IDPSSODescriptor')
  const validUntil = earliest([root, ...roles].map(readValidUntil))
  return {
    entityId,
    signingCertificates: readSigningCertificates(roles),
    ...(validUntil && { validUntil }),
  }
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/

/** Source: SAML V2.0 Core, section 1.3.3: UTC, which is what no offset means. */
function readValidUntil(element: Element): Date | undefined {
  const text = element.getAttribute('validUntil') ?? ''
  if (text === '') return undefined
  const [, , offset] = dateTime.exec(text.trim()) ?? []
  const date = new Date(offset === undefined ? `${text.trim()}Z` : text.trim())
  if (!dateTime.test(text.trim()) || Number.isNaN(date.getTime())) {
    throw new Unreadable('its validUntil is no date')
  }
  return date
}

function earliest(dates: readonly (Date | undefined)[]): Date | undefined {
  const known = dates.filter((date) => date !== undefined)
  return known.toSorted((a, b) => a.getTime() - b.getTime())[0]
}

/** A key without a use serves for signing as well. Source: SAML V2.0 Metadata, section 2.4.1.1. */
function readSigningCertificates(roles: readonly Element[]): readonly string[] {
  const keys = roles.flatMap((role) => childrenOf(role, metadataNamespace, 'KeyDescriptor'))
  const signing = keys.filter((key) => ['', 'signing'].includes(key.getAttribute('use') ?? ''))
  const texts = signing
    .flatMap((key) => childrenOf(key, signatureNamespace, 'KeyInfo'))
    .flatMap((info) => childrenOf(info, signatureNamespace, 'X509Data'))
    .flatMap((data) => childrenOf(data, signatureNamespace, 'X509Certificate'))
    .map(textOf)
  if (texts.length === 0) throw new Unreadable('it has no signing certificate')
  if (texts.length > signingCertificatesMax) {
    throw new Unreadable(`it has more than ${signingCertificatesMax} signing certificates`)
  }
  return [...new Set(texts.map(readCertificate))]
}

function readCertificate(text: string): string {
  const read = readSamlCertificate(text)
  if (!read.ok) throw new Unreadable(read.problem)
  return read.certificate
}
