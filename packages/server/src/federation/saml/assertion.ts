/**
 * What a verified assertion says, held to what AWS asks of it.
 * Source: SAML V2.0 Core §2; IAM User Guide, "Configure SAML assertions for the authentication
 * response"; wordings as users report them, others unconfirmed.
 */
import { expiredToken, invalidIdentityToken } from '../refusals.ts'
import { checkedAttributes } from '../session-attributes.ts'
import type { SessionAttributes } from '../session-attributes.ts'
import { attributeOf, childrenOf, textOf } from './xml.ts'

export interface Assertion extends SessionAttributes {
  readonly id: string
  readonly issuer: string
  readonly issuedAt: Date
  readonly subject: string
  readonly subjectType: string
  /** Of the subject's confirmation: what AWS calls the audience. */
  readonly recipient: string
  /** The moment from which it is worth nothing. */
  readonly notOnOrAfter: Date
  readonly sessionNotOnOrAfter: Date | undefined
  readonly attributes: ReadonlyMap<string, readonly string[]>
}

/** Source: STS API Reference, AssumeRoleWithSAML: to be used within five minutes of issuance. */
export const assertionLifeMs = 300_000
/** Chosen by us: how far a provider's clock may be ahead. */
const clockSkewMs = 300_000

const recipients = /^https:\/\/(?:[a-z0-9-]+\.)?signin\.aws\.amazon\.com\/saml(?:\/acs\/[\w-]+)?$/
const audience = 'urn:amazon:webservices'
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const nameFormat = /^urn:oasis:names:tc:SAML:2\.0:nameid-format:(persistent|transient)$/
const unspecified = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'
const awsAttribute = 'https://aws.amazon.com/SAML/Attributes/'

/** Errors: ExpiredTokenException, InvalidIdentityToken. */
export function readAssertion(element: Element, now: Date): Assertion {
  const issuedAt = instant(attributeOf(element, 'IssueInstant'), 'IssueInstant')
  if (attributeOf(element, 'Version') !== '2.0') throw invalid('Version must be 2.0')
  if (issuedAt.getTime() > now.getTime() + clockSkewMs) throw invalid('Issued in the future')
  if (now.getTime() >= issuedAt.getTime() + assertionLifeMs) {
    throw expiredToken(now, Math.floor((issuedAt.getTime() + assertionLifeMs) / 1000))
  }
  assertConditions(only(element, 'Conditions'), now)
  const subject = only(element, 'Subject')
  const nameId = only(subject, 'NameID')
  const { recipient, notOnOrAfter } = confirmation(subject, now)
  const attributes = attributesOf(element)
  const format = attributeOf(nameId, 'Format') ?? unspecified
  const ends = childrenOf(element, 'AuthnStatement')
    .map((statement) => attributeOf(statement, 'SessionNotOnOrAfter'))
    .filter((text) => text !== undefined)
    .map((text) => instant(text, 'SessionNotOnOrAfter').getTime())
  return {
    id: attributeOf(element, 'ID') ?? fail('Assertion must have an ID'),
    issuer: textOf(only(element, 'Issuer')),
    issuedAt,
    subject: textOf(nameId) || fail('NameID must not be empty'),
    subjectType: nameFormat.exec(format)?.[1] ?? format,
    recipient,
    notOnOrAfter,
    sessionNotOnOrAfter: ends.length > 0 ? new Date(Math.min(...ends)) : undefined,
    attributes,
    ...sessionAttributes(attributes),
  }
}

const invalid = (reason: string) => invalidIdentityToken(reason)

function fail(reason: string): never {
  throw invalid(reason)
}

function only(parent: Element, name: string): Element {
  const [element, ...more] = childrenOf(parent, name)
  if (!element || more.length > 0) throw invalid(`Assertion must contain exactly one ${name}`)
  return element
}

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

function instant(text: string | undefined, name: string): Date {
  const date = new Date(text ?? '')
  if (!dateTime.test(text ?? '') || Number.isNaN(date.getTime())) throw invalid(`Invalid ${name}`)
  return date
}

/** Where they are there, they hold; an audience must be there, and be AWS in all restrictions. */
function assertConditions(conditions: Element, now: Date): void {
  const notBefore = attributeOf(conditions, 'NotBefore')
  const notOnOrAfter = attributeOf(conditions, 'NotOnOrAfter')
  if (notBefore !== undefined) {
    const at = instant(notBefore, 'NotBefore').getTime()
    if (at > now.getTime() + clockSkewMs) throw invalid('Assertion is not valid yet')
  }
  if (notOnOrAfter !== undefined) {
    const at = instant(notOnOrAfter, 'NotOnOrAfter')
    if (now >= at) throw expiredToken(now, Math.floor(at.getTime() / 1000))
  }
  const restrictions = childrenOf(conditions, 'AudienceRestriction')
  const isForUs = restrictions.map((restriction) =>
    childrenOf(restriction, 'Audience')
      .map(textOf)
      .some((text) => text === audience || recipients.test(text)),
  )
  if (isForUs.length === 0 || isForUs.includes(false)) {
    throw invalid('Audience in AuthnResponse must be urn:amazon:webservices')
  }
}

function confirmation(subject: Element, now: Date) {
  const confirmed = only(subject, 'SubjectConfirmation')
  const data = only(confirmed, 'SubjectConfirmationData')
  const recipient = attributeOf(data, 'Recipient')
  const end = attributeOf(data, 'NotOnOrAfter')
  if (attributeOf(confirmed, 'Method') !== bearer || recipient === undefined || !end) {
    // The missing letter is AWS's.
    throw invalid('Responses must contain SubjectConfirmatonData with a Recipient and NotOnOrAfter')
  }
  if (!recipients.test(recipient)) throw invalid('Recipient in AuthnResponse is not AWS sign-in')
  const notOnOrAfter = instant(end, 'NotOnOrAfter')
  if (now >= notOnOrAfter) throw expiredToken(now, Math.floor(notOnOrAfter.getTime() / 1000))
  return { recipient, notOnOrAfter }
}

/** Values of attributes by name, in the order of the document. */
function attributesOf(element: Element): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>()
  for (const statement of childrenOf(element, 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, 'Attribute')) {
      const name = attributeOf(attribute, 'Name') ?? ''
      const values = childrenOf(attribute, 'AttributeValue').map(textOf)
      attributes.set(name, [...(attributes.get(name) ?? []), ...values])
    }
  }
  return attributes
}

function sessionAttributes(attributes: Assertion['attributes']): SessionAttributes {
  const prefix = `${awsAttribute}PrincipalTag:`
  const tags = [...attributes]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, values]) => [name.slice(prefix.length), values] as const)
  const transitive = attributes.get(`${awsAttribute}TransitiveTagKeys`) ?? []
  return checkedAttributes(tags, transitive, single(attributes, 'SourceIdentity'))
}

/** Undefined where it is absent. Errors: InvalidIdentityToken for several values. */
function single(attributes: Assertion['attributes'], name: string): string | undefined {
  const [value, ...more] = attributes.get(`${awsAttribute}${name}`) ?? []
  if (more.length > 0) throw invalid(`${name} in AuthnResponse must have one value`)
  return value
}

/** Errors: InvalidIdentityToken. */
export function sessionNameOf({ attributes }: Assertion): string {
  const name = single(attributes, 'RoleSessionName')
  if (name === undefined) throw invalid('RoleSessionName is required in AuthnResponse')
  if (/^[\w+=,.@-]{2,64}$/.test(name)) return name
  throw invalid('RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}')
}

/** Errors: InvalidIdentityToken. */
export function sessionDurationOf({ attributes }: Assertion): number | undefined {
  const text = single(attributes, 'SessionDuration')
  if (text === undefined) return undefined
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (seconds >= 900 && seconds <= 43_200) return seconds
  throw invalid('SessionDuration in AuthnResponse must be between 900 and 43200')
}

/** Whether it offers the role, by this provider. The two ARNs come in either order. */
export function offersRole({ attributes }: Assertion, role: string, provider: string): boolean {
  const pairs = attributes.get(`${awsAttribute}Role`) ?? []
  return pairs
    .map((pair) => pair.split(',').map((arn) => arn.trim()))
    .some((pair) => pair.length === 2 && pair.includes(role) && pair.includes(provider))
}
