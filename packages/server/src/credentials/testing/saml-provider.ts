/** A SAML identity provider's certificate and metadata, for tests. */
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

const signing = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
}

/** An extension, for want of another. */
export const constraints = new x509.BasicConstraintsExtension(true)

async function newKeyPair(modulusLength = 2048) {
  return crypto.subtle.generateKey({ ...signing, modulusLength }, true, ['sign', 'verify'])
}

/** Base64 of the DER of a self-signed certificate; expired long ago, which does not matter. */
export async function newCertificate(
  modulusLength?: number,
  extensions: readonly x509.Extension[] = [],
): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=idp.example.com',
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2021-01-01'),
    signingAlgorithm: signing,
    keys: await newKeyPair(modulusLength),
    extensions: [...extensions],
  })
  return Buffer.from(certificate.rawData).toString('base64')
}

/** Its private key as PEM (PKCS #8). */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await newKeyPair()
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey))
  const lines = pkcs8.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n')
}

export function keyDescriptor(certificate: string, use = ' use="signing"'): string {
  const data = `<ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data>`
  return `<md:KeyDescriptor${use}><ds:KeyInfo>${data}</ds:KeyInfo></md:KeyDescriptor>`
}

export const entityId = 'https://idp.example.com/saml'
const namespaces =
  'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'
const sso =
  '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>'

export interface MetadataParts {
  readonly before?: string
  readonly attributes?: string
  readonly keys?: string
  readonly roleAttributes?: string
  /** After the identity provider's role. */
  readonly more?: string
}

/** Metadata as providers write it; each part can be another one. */
export function metadata({
  before = '<?xml version="1.0" encoding="UTF-8"?>',
  attributes = ` entityID="${entityId}"`,
  keys = '',
  roleAttributes = '',
  more = '',
}: MetadataParts): string {
  const role = `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"${roleAttributes}>${keys}${sso}</md:IDPSSODescriptor>`
  return `${before}\n<md:EntityDescriptor ${namespaces}${attributes}>${role}${more}</md:EntityDescriptor>`
}
