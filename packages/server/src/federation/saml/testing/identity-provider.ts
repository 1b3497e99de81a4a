/** A SAML identity provider in memory, and the responses it signs, good ones and bent ones. */
import 'reflect-metadata'
import { X509CertificateGenerator } from '@peculiar/x509'
import { SignedXml } from 'xml-crypto'

const signing = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
}

export interface SamlKey {
  /** PEM. */
  readonly certificate: string
  readonly key: string
  /** Base64 of DER. */
  readonly der: string
}

export async function newSamlKey(): Promise<SamlKey> {
  const keys = await crypto.subtle.generateKey(signing, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=idp.example.com',
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2021-01-01'),
    signingAlgorithm: signing,
    keys,
  })
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey)
  const base64 = Buffer.from(pkcs8).toString('base64')
  return {
    certificate: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${base64}\n-----END PRIVATE KEY-----\n`,
    der: Buffer.from(certificate.rawData).toString('base64'),
  }
}

export const entityId = 'https://idp.example.com/saml'

export function metadataOf({ der }: SamlKey, id = entityId): string {
  const key = `<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${der}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
  const sso =
    '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>'
  return `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${id}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${key}${sso}</md:IDPSSODescriptor></md:EntityDescriptor>`
}

const saml = 'urn:oasis:names:tc:SAML:2.0:assertion'
const attribute = (name: string, values: readonly string[]) =>
  `<Attribute Name="${name}">${values.map((v) => `<AttributeValue>${v}</AttributeValue>`).join('')}</Attribute>`

/** The parts of an assertion, each of which can be another one. */
export interface AssertionParts {
  readonly id?: string
  readonly now: Date
  readonly issueInstant?: string
  readonly issuer?: string
  readonly nameId?: string
  readonly subject?: string
  readonly recipient?: string
  readonly confirmationEnd?: string
  readonly conditions?: string
  readonly audience?: string
  readonly authn?: string
  readonly attributes?: Readonly<Record<string, readonly string[]>>
}

export const aws = 'https://aws.amazon.com/SAML/Attributes/'
export const iso = (now: Date, seconds: number) =>
  new Date(now.getTime() + seconds * 1000).toISOString()

export function assertionXml(parts: AssertionParts): string {
  const { now, id = '_a1', issuer = entityId, nameId = '<NameID>ann</NameID>' } = parts
  const end = parts.confirmationEnd ?? ` NotOnOrAfter="${iso(now, 300)}"`
  const recipient = parts.recipient ?? 'https://signin.aws.amazon.com/saml'
  const subject =
    parts.subject ??
    `${nameId}<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData Recipient="${recipient}"${end}/></SubjectConfirmation>`
  const audience =
    parts.audience ??
    '<AudienceRestriction><Audience>urn:amazon:webservices</Audience></AudienceRestriction>'
  const conditions =
    parts.conditions ?? ` NotBefore="${iso(now, -60)}" NotOnOrAfter="${iso(now, 300)}"`
  const statements = Object.entries(parts.attributes ?? {}).map(([name, values]) =>
    attribute(name, values),
  )
  return `<Assertion xmlns="${saml}" ID="${id}" Version="2.0" IssueInstant="${parts.issueInstant ?? iso(now, -1)}"><Issuer>${issuer}</Issuer><Subject>${subject}</Subject><Conditions${conditions}>${audience}</Conditions>${parts.authn ?? ''}<AttributeStatement>${statements.join('')}</AttributeStatement></Assertion>`
}

export function responseXml(inside: string, id = '_r1'): string {
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${id}" Version="2.0" IssueInstant="2026-11-24T12:00:00Z"><Issuer xmlns="${saml}">${entityId}</Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${inside}</samlp:Response>`
}

interface SignOptions {
  readonly signatureAlgorithm?: string
  readonly digestAlgorithm?: string
  readonly getKeyInfoContent?: () => string
}

/** Signs the element that has this name, in place, as identity providers do. */
export function signXml(
  xml: string,
  element: 'Assertion' | 'Response',
  { key }: SamlKey,
  {
    signatureAlgorithm = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digestAlgorithm = 'http://www.w3.org/2001/04/xmlenc#sha256',
    getKeyInfoContent = () => '',
  }: SignOptions = {},
): string {
  const signer = new SignedXml({
    privateKey: key,
    signatureAlgorithm,
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
    getKeyInfoContent,
  })
  const xpath = `//*[local-name(.)='${element}']`
  signer.addReference({
    xpath,
    transforms: [
      'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
      'http://www.w3.org/2001/10/xml-exc-c14n#',
    ],
    digestAlgorithm,
  })
  const location = { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' } as const
  signer.computeSignature(xml, { location })
  return signer.getSignedXml()
}

export const base64 = (xml: string) => Buffer.from(xml).toString('base64')
