/** What a client brings with it: certificates, keys, an identity provider's metadata. */
import 'reflect-metadata'
import { generateKeyPairSync } from 'node:crypto'
import { X509CertificateGenerator } from '@peculiar/x509'

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
}

const yearMs = 365 * 24 * 3600 * 1000

/** As PEM, valid for a year. */
export interface Certificate {
  readonly body: string
  readonly privateKey: string
}

export async function selfSigned(name: string): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + yearMs),
    signingAlgorithm: algorithm,
    keys,
  })
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----`
  return { body: certificate.toString('pem'), privateKey }
}

/** A number as SSH writes it: its length, and a zero before a first bit that is set. */
function sshNumber(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url')
  return sshText((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

function sshText(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** A new RSA key, as `ssh-keygen` writes its public half. Source: RFC 4253, section 6.6. */
export function sshPublicKey(): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { e = '', n = '' } = publicKey.export({ format: 'jwk' })
  const parts = [sshText(Buffer.from('ssh-rsa')), sshNumber(e), sshNumber(n)]
  return `ssh-rsa ${Buffer.concat(parts).toString('base64')}`
}

/** The metadata document of a SAML identity provider that signs with this certificate. */
export function samlMetadata({ body }: Certificate, entityId: string): string {
  const base64 = body.replaceAll(/-----.*?-----|\s/g, '')
  return `<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing">
      <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">
        <X509Data><X509Certificate>${base64}</X509Certificate></X509Data>
      </KeyInfo>
    </KeyDescriptor>
    <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
      Location="${entityId}/sso"/>
  </IDPSSODescriptor>
</EntityDescriptor>
`
}
