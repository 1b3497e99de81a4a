/** Certificates that are valid now, for whoever uploads one. */
import 'reflect-metadata'
import { generateKeyPairSync } from 'node:crypto'
import { X509CertificateGenerator } from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000

/**
 * A self-signed certificate and its key, as the members of UploadServerCertificate.
 *
 * @param from First day, counted from today; it is valid for ten.
 */
export async function newCertificate(from = -1) {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=example.com',
    notBefore: new Date(Date.now() + from * dayMs),
    notAfter: new Date(Date.now() + (from + 10) * dayMs),
    signingAlgorithm: algorithm,
    keys,
  })
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const PrivateKey = `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64')}\n-----END PRIVATE KEY-----`
  return { CertificateBody: certificate.toString('pem'), PrivateKey }
}

/** An RSA public key as PEM. */
export function newPublicKey(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}
