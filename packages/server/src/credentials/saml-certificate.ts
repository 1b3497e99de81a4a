/**
 * The certificates of a SAML identity provider's metadata: public keys that signatures are verified
 * with. When they expire does not matter, as the profile says and AWS follows.
 *
 * Source: IAM User Guide, "Create a SAML identity provider in IAM": at least 1024 bits, no extension
 * twice; SAML V2.0 Metadata Interoperability Profile 1.0.
 */
import { X509Certificate } from 'node:crypto'

const rsaBitsMin = 1024

/**
 * The certificate as base64 of its DER without white space.
 *
 * @param text Base64 as it stands in the metadata, white space anywhere.
 * @returns What is wrong with it, where something is.
 */
export function readSamlCertificate(
  text: string,
): { readonly ok: true; readonly certificate: string } | { readonly ok: false; problem: string } {
  const certificate = text.replace(/[ \t\r\n]+/g, '')
  const der = Buffer.from(certificate, 'base64')
  // Written anew it must be the same: what decodes leniently is not what others read.
  if (der.length === 0 || der.toString('base64') !== certificate) {
    return { ok: false, problem: 'a certificate is not base64' }
  }
  const parsed = parseCertificate(der)
  // Bytes after the certificate would make of two different texts one certificate.
  if (!parsed?.raw.equals(der)) return { ok: false, problem: 'a certificate is malformed' }
  const { asymmetricKeyType, asymmetricKeyDetails } = parsed.publicKey
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < rsaBitsMin) {
    return { ok: false, problem: `the key of a certificate has fewer than ${rsaBitsMin} bits` }
  }
  if (repeatsExtension(der)) return { ok: false, problem: 'a certificate repeats an extension' }
  return { ok: true, certificate }
}

function parseCertificate(der: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(der)
    // Read here, since OpenSSL parses the key only when it is asked for.
    return certificate.publicKey.type === 'public' ? certificate : undefined
  } catch {
    return undefined
  }
}

/** One element of DER: its tag, its content, and what comes after it. */
interface DerElement {
  readonly tag: number
  readonly content: Uint8Array
  readonly rest: Uint8Array
}

const extensionsTag = 0xa3 // [3] EXPLICIT, the last member of a tbsCertificate.

/** Whether two extensions have the same object identifier. Source: RFC 5280, section 4.2. */
function repeatsExtension(der: Uint8Array): boolean {
  const tbs = derElements(derElements(der)[0]?.content)[0]
  const explicit = derElements(tbs?.content).find(({ tag }) => tag === extensionsTag)
  const extensions = derElements(derElements(explicit?.content)[0]?.content)
  const ids = extensions.map(({ content }) => Buffer.from(derElements(content)[0]?.content ?? []))
  return new Set(ids.map((id) => id.toString('hex'))).size < ids.length
}

/** The elements that follow one another; OpenSSL has parsed them before, so they are well-formed. */
function derElements(bytes: Uint8Array | undefined): readonly DerElement[] {
  const elements: DerElement[] = []
  let rest = bytes ?? new Uint8Array()
  while (rest.length > 0) {
    const element = derElement(rest)
    if (!element) return elements
    elements.push(element)
    rest = element.rest
  }
  return elements
}

function derElement(bytes: Uint8Array): DerElement | undefined {
  const [tag = 0, first = 0] = bytes
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const start = 2 + lengthBytes
  let length = first < 0x80 ? first : 0
  for (const byte of bytes.subarray(2, start)) length = length * 256 + byte
  if (bytes.length < start + length) return undefined
  return {
    tag,
    content: bytes.subarray(start, start + length),
    rest: bytes.subarray(start + length),
  }
}
