/** Certificates for servers of tests: an authority of one's own, and what it signs. */
import 'reflect-metadata'
import { isIP } from 'node:net'
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export interface Pem {
  readonly certificate: string
  readonly key: string
}

export interface Authority extends Pem {
  /** SHA-1, hexadecimal. */
  readonly thumbprint: string
  /** A server's certificate for these names and addresses. */
  issue(...names: readonly string[]): Promise<Pem>
}

export async function newAuthority(): Promise<Authority> {
  const keys = await newKeys()
  const name = 'CN=Test Authority'
  const root = await X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 1, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  })
  return {
    ...(await pemOf(root.toString('pem'), keys)),
    thumbprint: Buffer.from(await root.getThumbprint('SHA-1')).toString('hex'),
    async issue(...names) {
      const own = await newKeys()
      const leaf = await X509CertificateGenerator.create({
        subject: 'CN=Test Server',
        issuer: name,
        signingKey: keys.privateKey,
        publicKey: own.publicKey,
        signingAlgorithm: algorithm,
        extensions: [
          new SubjectAlternativeNameExtension(
            names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const),
          ),
        ],
      })
      const { certificate, key } = await pemOf(leaf.toString('pem'), own)
      // The whole chain, as servers send it.
      return { certificate: `${certificate}\n${root.toString('pem')}`, key }
    },
  }
}

function newKeys() {
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function pemOf(certificate: string, { privateKey }: CryptoKeyPair): Promise<Pem> {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64')
  return { certificate, key: `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n` }
}
