/** X.509 certificates and their private keys, from PEM. */
import { createHash, createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { parsePem, type PemBlock } from './pem.ts'

/** All certificates of a PEM text; undefined where anything in it is none, or there is none. */
export function parseCertificates(text: string): readonly X509Certificate[] | undefined {
  const blocks = parsePem(text)
  if (!blocks || blocks.length === 0) return undefined
  const certificates: X509Certificate[] = []
  for (const block of blocks) {
    const certificate = certificateOf(block)
    if (!certificate) return undefined
    certificates.push(certificate)
  }
  return certificates
}

/** The one certificate of a PEM text. */
export function parseCertificate(text: string): X509Certificate | undefined {
  const certificates = parseCertificates(text)
  return certificates?.length === 1 ? certificates[0] : undefined
}

function certificateOf({ label, der }: PemBlock): X509Certificate | undefined {
  if (label !== 'CERTIFICATE') return undefined
  try {
    const certificate = new X509Certificate(der)
    // What follows the certificate would be dropped in silence, and a key that cannot be read late.
    return certificate.raw.equals(der) && certificate.publicKey ? certificate : undefined
  } catch {
    return undefined
  }
}

const keyTypes: Readonly<Record<string, 'pkcs8' | 'pkcs1' | 'sec1'>> = {
  'PRIVATE KEY': 'pkcs8',
  'RSA PRIVATE KEY': 'pkcs1',
  'EC PRIVATE KEY': 'sec1',
}

/** The one private key of a PEM text; undefined for anything else, an encrypted key included. */
export function parsePrivateKey(text: string): KeyObject | undefined {
  // OpenSSL writes the parameters of a curve before the key, which names it itself.
  const blocks = parsePem(text)?.filter(({ label }) => label !== 'EC PARAMETERS')
  const [block, ...more] = blocks ?? []
  const type = block && keyTypes[block.label]
  if (!type || more.length > 0) return undefined
  try {
    return createPrivateKey({ key: block.der, format: 'der', type })
  } catch {
    return undefined
  }
}

/** SHA-256 of the certificate, hexadecimal: the same however it was written. */
export function fingerprintOf({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('hex')
}

/** Whether the moment lies within the certificate's validity, both ends included. */
export function isValidAt({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && now <= validToDate
}

/**
 * The index of the first certificate of the chain that did not issue the one before it; undefined
 * where each did.
 */
export function brokenLinkOf(
  certificate: X509Certificate,
  chain: readonly X509Certificate[],
): number | undefined {
  let subject = certificate
  for (const [index, issuer] of chain.entries()) {
    if (!isIssuedBy(subject, issuer)) return index
    subject = issuer
  }
  return undefined
}

function isIssuedBy(subject: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
  } catch {
    return false // A signature by a key of another kind.
  }
}
