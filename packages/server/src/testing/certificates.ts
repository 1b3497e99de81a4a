/** Certificates and keys for tests, made as they are needed and kept for the run. */
import 'reflect-metadata'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  BasicConstraintsExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

function newKeyPair() {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

export interface Issued {
  readonly certificate: X509Certificate
  readonly pem: string
  readonly keys: Awaited<ReturnType<typeof newKeyPair>>
  /** PKCS #8. */
  readonly privateKeyPem: string
}

export interface CertificateOptions {
  readonly issuer?: Issued
  readonly from?: Date
  readonly to?: Date
}

let serial = 1

/** A certificate of a new key: signed by itself where no issuer is given. */
export async function certificateOf(
  name: string,
  { issuer, from, to }: CertificateOptions = {},
): Promise<Issued> {
  const keys = await newKeyPair()
  const certificate = await X509CertificateGenerator.create({
    serialNumber: (serial++).toString(16).padStart(2, '0'),
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subject ?? `CN=${name}`,
    notBefore: from ?? new Date('2026-01-01T00:00:00Z'),
    notAfter: to ?? new Date('2036-01-01T00:00:00Z'),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true)],
  })
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const lines = pkcs8.toString('base64').replaceAll(/.{64}/g, '$&\n').trim()
  const privateKeyPem = `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`
  return { certificate, pem: certificate.toString('pem'), keys, privateKeyPem }
}

const rsaKeys = new Map<string, KeyObject>()

/** An RSA public key of so many bits; `which` tells several apart. */
export function rsaPublicKey(bits = 2048, which = ''): KeyObject {
  const name = `${bits} ${which}`
  const kept = rsaKeys.get(name)
  if (kept) return kept
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  rsaKeys.set(name, publicKey)
  return publicKey
}

/** The key as OpenSSH writes it: made apart from our own writer, to compare with. */
export function sshLine(key: KeyObject, comment = ''): string {
  const { e = '', n = '' } = key.export({ format: 'jwk' })
  const parts = [
    Buffer.from('ssh-rsa'),
    ...[e, n].map((number) => {
      const bytes = Buffer.from(number, 'base64url')
      return (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
    }),
  ]
  const blob = parts.flatMap((part) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(part.length)
    return [length, part]
  })
  const line = `ssh-rsa ${Buffer.concat(blob).toString('base64')}`
  return comment === '' ? line : `${line} ${comment}`
}
