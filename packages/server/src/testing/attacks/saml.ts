import {
  aws,
  base64,
  iso,
  responseXml,
  signXml,
} from '../../federation/saml/testing/identity-provider.ts'
import type { AssertionParts } from '../../federation/saml/testing/identity-provider.ts'
import {
  goodAttributes,
  openSaml,
  PrincipalArn,
  RoleArn,
  samlKey,
  strangersKey,
} from '../saml-house.ts'
import type { SamlHouse } from '../saml-house.ts'
import { attackGroup } from './attack.ts'

type Row = readonly [attack: string, refused: string, run: (house: SamlHouse) => Promise<unknown>]

const notValid = 'InvalidIdentityToken'
const expired = 'ExpiredTokenException'

/** A good assertion, signed, as text. */
const signedText = ({ assertion }: SamlHouse, parts: Partial<AssertionParts> = {}) =>
  signXml(assertion(parts), 'Assertion', samlKey)
const evilText = ({ assertion }: SamlHouse, id = '_evil') =>
  assertion({ id, nameId: '<NameID>eve</NameID>' })
const send = (house: SamlHouse, inside: string) => house.assume(base64(responseXml(inside)))
const signatureOf = (text: string) => /<Signature.*<\/Signature>/s.exec(text)?.[0] ?? ''

const signatures: readonly Row[] = [
  ['no signature at all', notValid, (house) => send(house, house.assertion())],
  [
    'signed by a stranger',
    notValid,
    (house) => send(house, signXml(house.assertion(), 'Assertion', strangersKey)),
  ],
  [
    'signed by a stranger, whose certificate comes along',
    notValid,
    (house) => {
      const info = `<X509Data><X509Certificate>${strangersKey.der}</X509Certificate></X509Data>`
      const options = { getKeyInfoContent: () => info }
      return send(house, signXml(house.assertion(), 'Assertion', strangersKey, options))
    },
  ],
  [
    'signed with SHA-1',
    notValid,
    (house) => {
      const signatureAlgorithm = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'
      return send(house, signXml(house.assertion(), 'Assertion', samlKey, { signatureAlgorithm }))
    },
  ],
  [
    'a digest of SHA-1',
    notValid,
    (house) => {
      const digestAlgorithm = 'http://www.w3.org/2000/09/xmldsig#sha1'
      return send(house, signXml(house.assertion(), 'Assertion', samlKey, { digestAlgorithm }))
    },
  ],
  [
    'a subject altered after signing',
    notValid,
    (house) => send(house, signedText(house).replace('>ann<', '>eve<')),
  ],
  [
    'the signature taken off',
    notValid,
    (house) => {
      const text = signedText(house)
      return send(house, text.replace(signatureOf(text), ''))
    },
  ],
  [
    'the signature of another assertion',
    notValid,
    (house) => {
      const signature = signatureOf(signedText(house))
      return send(house, house.assertion().replace('</Issuer>', `</Issuer>${signature}`))
    },
  ],
  [
    'the digest altered',
    notValid,
    (house) => send(house, signedText(house).replace(/<DigestValue>.{4}/, '<DigestValue>AAAA')),
  ],
]

const wrapping: readonly Row[] = [
  [
    'wrapped: a forged assertion before the signed one',
    notValid,
    (house) => send(house, evilText(house) + signedText(house)),
  ],
  [
    'wrapped: a forged assertion after the signed one',
    notValid,
    (house) => send(house, signedText(house) + evilText(house)),
  ],
  [
    'wrapped: the signed assertion inside the forged one',
    notValid,
    (house) => send(house, evilText(house).replace('</Subject>', `</Subject>${signedText(house)}`)),
  ],
  [
    'wrapped: the signed assertion inside the signature of the forged one',
    notValid,
    (house) => {
      const text = signedText(house)
      const signature = signatureOf(text).replace(
        '</Signature>',
        `<Object>${text}</Object></Signature>`,
      )
      return send(house, evilText(house).replace('</Issuer>', `</Issuer>${signature}`))
    },
  ],
  [
    'wrapped: the forged assertion with the id of the signed one inside',
    notValid,
    (house) => {
      const text = signedText(house, { id: '_same' })
      const evil = evilText(house, '_same')
      return send(house, evil.replace('</Issuer>', `</Issuer>${signatureOf(text)}`) + text)
    },
  ],
  [
    'wrapped: a signed response as extension of a forged one',
    notValid,
    (house) => {
      const signed = signXml(responseXml(house.assertion()), 'Response', samlKey)
      const extended = `<samlp:Extensions>${signed}</samlp:Extensions>${evilText(house)}`
      return house.assume(base64(responseXml(extended, '_r2')))
    },
  ],
  [
    'the signed assertion without a response',
    notValid,
    (house) => house.assume(base64(signedText(house))),
  ],
]

const comment = '<!---->'
const texts: readonly Row[] = [
  [
    'a comment in the subject, for who reads half of it',
    'AccessDenied',
    (house) => {
      const nameId = `<NameID>ann${comment}.evil</NameID>`
      return send(house, signedText(house, { nameId }))
    },
  ],
  [
    'a comment put into the signed subject: the subject is what it was, and is not trusted',
    'AccessDenied',
    (house) => {
      const text = signedText(house, { nameId: '<NameID>ann.evil</NameID>' })
      return send(house, text.replace('ann.evil', `ann${comment}.evil`))
    },
  ],
  [
    'a document type with an entity',
    notValid,
    (house) =>
      house.assume(base64(`<!DOCTYPE x [<!ENTITY e "eve">]>${responseXml(signedText(house))}`)),
  ],
  [
    'an external entity',
    notValid,
    (house) =>
      house.assume(
        base64(`<!DOCTYPE x SYSTEM "file:///etc/passwd">${responseXml(signedText(house))}`),
      ),
  ],
  [
    'a processing instruction',
    notValid,
    (house) => house.assume(base64(`<?xml-stylesheet href="x"?>${responseXml(signedText(house))}`)),
  ],
  ['no XML', notValid, (house) => house.assume(base64('hello'))],
  ['no base64', notValid, (house) => house.assume('<Response/>')],
  ['XML that breaks off', notValid, (house) => house.assume(base64('<Response><a></Response>'))],
]

const contents: readonly (readonly [
  attack: string,
  refused: string,
  parts: (house: SamlHouse) => Partial<AssertionParts>,
])[] = [
  ['another issuer, with the provider’s key', notValid, () => ({ issuer: 'https://evil.example' })],
  [
    'for another audience',
    notValid,
    () => ({
      audience: '<AudienceRestriction><Audience>urn:else</Audience></AudienceRestriction>',
    }),
  ],
  ['for no audience', notValid, () => ({ audience: '' })],
  [
    'for AWS, and in a second restriction for somebody else',
    notValid,
    () => ({
      audience:
        '<AudienceRestriction><Audience>urn:amazon:webservices</Audience></AudienceRestriction><AudienceRestriction><Audience>urn:else</Audience></AudienceRestriction>',
    }),
  ],
  ['for another recipient', notValid, () => ({ recipient: 'https://evil.example/saml' })],
  [
    'for a recipient that ends like AWS',
    notValid,
    () => ({ recipient: 'https://evil.example/?https://signin.aws.amazon.com/saml' }),
  ],
  ['without an end of its confirmation', notValid, () => ({ confirmationEnd: '' })],
  [
    'with a confirmation that has ended',
    expired,
    ({ d }) => ({ confirmationEnd: ` NotOnOrAfter="${iso(d.clock.now, 0)}"` }),
  ],
  ['issued five minutes ago', expired, ({ d }) => ({ issueInstant: iso(d.clock.now, -300) })],
  ['issued in the future', notValid, ({ d }) => ({ issueInstant: iso(d.clock.now, 301) })],
  [
    'with conditions that have ended',
    expired,
    ({ d }) => ({ conditions: ` NotOnOrAfter="${iso(d.clock.now, 0)}"` }),
  ],
  [
    'with conditions that are not met yet',
    notValid,
    ({ d }) => ({ conditions: ` NotBefore="${iso(d.clock.now, 301)}"` }),
  ],
  [
    'with a session that has ended',
    notValid,
    ({ d }) => ({ authn: `<AuthnStatement SessionNotOnOrAfter="${iso(d.clock.now, 0)}"/>` }),
  ],
  ['with a time that is none', notValid, () => ({ issueInstant: 'now' })],
  ['without a subject’s confirmation', notValid, () => ({ subject: '<NameID>ann</NameID>' })],
  ['with two subjects', notValid, () => ({ nameId: '<NameID>ann</NameID><NameID>eve</NameID>' })],
  ['with an empty subject', notValid, () => ({ nameId: '<NameID/>' })],
  [
    'that offers another role',
    notValid,
    () => ({ attributes: { ...goodAttributes, [`${aws}Role`]: [`${RoleArn}2,${PrincipalArn}`] } }),
  ],
  [
    'that offers the role by another provider',
    notValid,
    () => ({ attributes: { ...goodAttributes, [`${aws}Role`]: [`${RoleArn},${PrincipalArn}2`] } }),
  ],
  [
    'that offers role and provider in two values',
    notValid,
    () => ({ attributes: { ...goodAttributes, [`${aws}Role`]: [RoleArn, PrincipalArn] } }),
  ],
  [
    'without a session name',
    notValid,
    () => ({ attributes: { [`${aws}Role`]: goodAttributes[`${aws}Role`] ?? [] } }),
  ],
  [
    'with a session name that is none',
    notValid,
    () => ({ attributes: { ...goodAttributes, [`${aws}RoleSessionName`]: ['a b'] } }),
  ],
  [
    'with two session names',
    notValid,
    () => ({ attributes: { ...goodAttributes, [`${aws}RoleSessionName`]: ['ann', 'eve'] } }),
  ],
  [
    'with a reserved tag',
    notValid,
    () => ({ attributes: { ...goodAttributes, [`${aws}PrincipalTag:aws:x`]: ['1'] } }),
  ],
]

const uses: readonly Row[] = [
  [
    'an assertion a second time',
    notValid,
    async (house) => {
      const once = house.signed()
      await house.assume(once)
      return house.assume(once)
    },
  ],
  [
    'an assertion a second time, in another response',
    notValid,
    async (house) => {
      const text = signedText(house)
      await send(house, text)
      return house.assume(base64(responseXml(text, '_other')))
    },
  ],
  [
    'an assertion from before the server’s start: it may have been used',
    notValid,
    async (house) => {
      const late = await openSaml(undefined, house.d.clock.now)
      return late.assume(house.signed())
    },
  ],
  [
    'a provider that is not there',
    notValid,
    (house) => house.assume(house.signed(), { PrincipalArn: `${PrincipalArn}2` }),
  ],
  [
    'a provider of another account',
    notValid,
    (house) =>
      house.assume(house.signed(), {
        PrincipalArn: PrincipalArn.replace('111122223333', '444455556666'),
      }),
  ],
  [
    'somebody the role does not trust',
    'AccessDenied',
    (house) => house.assume(house.signed({ nameId: '<NameID>eve</NameID>' })),
  ],
]

const trustsAnn = { StringEquals: { 'saml:sub': 'ann' } }

export const samlAttacks = attackGroup(
  'SAML assertions',
  () => openSaml(trustsAnn),
  (house) => house.assume(house.signed()),
  [
    ...signatures,
    ...wrapping,
    ...texts,
    ...contents.map(
      ([attack, refused, parts]) =>
        [
          `an assertion ${attack}`,
          refused,
          (house: SamlHouse) => house.assume(house.signed(parts(house))),
        ] as const,
    ),
    ...uses,
  ],
)
