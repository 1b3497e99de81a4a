import { createPublicKey } from 'node:crypto'
import samlp from 'samlp'
import { expect, test } from 'vitest'
import { managementAccountId as home } from '../../testing/deployment.ts'
import type { Credentials } from '../../testing/deployment.ts'
import {
  goodAttributes,
  openSaml,
  PrincipalArn,
  RoleArn,
  samlKey,
} from '../../testing/saml-house.ts'
import { aws, base64, entityId, iso, responseXml, signXml } from './testing/identity-provider.ts'

// Goal: whoever a signed assertion names gets what the trust policy gives; the session is named,
// tagged and ended by it. Source: sts.md §8, condition-keys §9.
const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

test('an assertion that is signed, or a response that is, or both', async () => {
  const { assume, assertion, signed } = await openSaml()
  await assume(signed())
  const response = responseXml(assertion())
  await assume(base64(signXml(response, 'Response', samlKey)))
  const both = responseXml(signXml(assertion(), 'Assertion', samlKey))
  await assume(base64(signXml(both, 'Response', samlKey)))
})

test('the answer says whose assertion it was, and the session keeps who it is', async () => {
  const { d, assume, signed } = await openSaml()
  const nameId = `<NameID Format="${persistent}">ann</NameID>`
  const answer = await assume(signed({ nameId }))
  expect(answer).toMatchObject({
    Subject: 'ann',
    SubjectType: 'persistent',
    Issuer: entityId,
    Audience: 'https://signin.aws.amazon.com/saml',
    AssumedRoleUser: { Arn: `arn:aws:sts::${home}:assumed-role/Federated/ann@example.com` },
  })
  const { contextKeys } = await d.callerOf(answer.Credentials as Credentials)
  expect(contextKeys.get('saml:sub')).toBe('ann')
  expect(contextKeys.get('saml:sub_type')).toBe('persistent')
  expect(contextKeys.get('saml:namequalifier')).toBe(answer.NameQualifier)
  expect(contextKeys.has('saml:aud')).toBe(false)
  expect(contextKeys.has('aws:multifactorauthpresent')).toBe(false)
})

const duration = (seconds: string) => ({
  attributes: { ...goodAttributes, [`${aws}SessionDuration`]: [seconds] },
})
const lasts: readonly [what: string, parts: object, asked: number | undefined, lasts: number][] = [
  ['an hour, where nothing is asked', {}, undefined, 3600],
  ['what is asked, up to the role', {}, 7200, 7200],
  ['the assertion only shortens', duration('900'), 7200, 900],
  ['the assertion does not lengthen', duration('43200'), 1800, 1800],
]
test.each(lasts)('a session lasts: %s', async (_what, parts, DurationSeconds, seconds) => {
  const { d, assume, signed } = await openSaml()
  const answer = await assume(signed(parts), { DurationSeconds })
  const expected = new Date(d.clock.now.getTime() + seconds * 1000)
  expect(answer.Credentials?.Expiration).toEqual(expected)
})

test('a session lasts no longer than its provider says', async () => {
  const { d, assume, signed } = await openSaml()
  const authn = `<AuthnStatement SessionNotOnOrAfter="${iso(d.clock.now, 1200)}"/>`
  const answer = await assume(signed({ authn }))
  expect(answer.Credentials?.Expiration).toEqual(new Date(iso(d.clock.now, 1200)))
})

test('tags, transitive ones, and the source identity', async () => {
  const { d, assume, signed } = await openSaml()
  const attributes = {
    ...goodAttributes,
    [`${aws}PrincipalTag:Team`]: ['red'],
    [`${aws}PrincipalTag:Floor`]: ['2'],
    [`${aws}TransitiveTagKeys`]: ['Team'],
    [`${aws}SourceIdentity`]: ['ann'],
  }
  const answer = await assume(signed({ attributes }))
  expect(answer.SourceIdentity).toBe('ann')
  const { session, contextKeys } = await d.callerOf(answer.Credentials as Credentials)
  expect(session?.transitiveTagKeys).toEqual(['Team'])
  expect(contextKeys.get('aws:principaltag/floor')).toBe('2')
})

test('conditions see the subject, the provider and the mapped attributes', async () => {
  const Condition = {
    StringEquals: { 'saml:sub': 'ann', 'saml:iss': entityId, 'saml:doc': `${home}/idp` },
    'ForAnyValue:StringEquals': { 'saml:eduPersonAffiliation': 'staff' },
  }
  const { assume, signed } = await openSaml(Condition)
  const affiliation = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.1'
  const attributes = { ...goodAttributes, [affiliation]: ['member', 'staff'] }
  await assume(signed({ attributes }))
  const words = 'Not authorized to perform sts:AssumeRoleWithSAML'
  await expect(assume(signed())).rejects.toThrow(words)
  const other = { attributes, nameId: '<NameID>eve</NameID>' }
  await expect(assume(signed(other))).rejects.toThrow(words)
})

test('an assertion is used up by a call that is in order, and by no other', async () => {
  const { assume, signed } = await openSaml()
  const once = signed()
  await expect(assume(once, { DurationSeconds: 43_200 })).rejects.toThrow('MaxSessionDuration')
  await expect(assume(once, { Policy: '{' })).rejects.toThrow()
  const outcomes = await Promise.allSettled([assume(once), assume(once), assume(once)])
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect(assume(once)).rejects.toThrow('used before')
})

/** A response of samlp, which signs by the machine's clock. */
function responseOf(more: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const config = {
      issuer: entityId,
      cert: samlKey.certificate,
      key: samlKey.key,
      audience: 'urn:amazon:webservices',
      recipient: 'https://signin.aws.amazon.com/saml',
      lifetimeInSeconds: 300,
      signatureAlgorithm: 'rsa-sha256',
      digestAlgorithm: 'sha256',
      profileMapper: () => ({
        getClaims: () => goodAttributes,
        getNameIdentifier: () => ({ nameIdentifier: 'ann' }),
      }),
      ...more,
    }
    samlp.getSamlResponse(config, {}, (error, response) => {
      if (error) reject(error)
      else resolve(response)
    })
  })
}

const ways: readonly [what: string, options: object][] = [
  ['the assertion signed', {}],
  ['the response signed', { signResponse: true, signAssertion: false }],
  ['both signed', { signResponse: true }],
]
test.each(ways)('a response of a real provider: %s', async (_what, options) => {
  const { d, assume } = await openSaml()
  d.clock.now = new Date()
  const answer = await assume(base64(await responseOf(options)))
  expect(answer).toMatchObject({ Subject: 'ann', Issuer: entityId })
})

test('an encrypted assertion opens with the provider’s private key, with another not', async () => {
  const { d, root, assume } = await openSaml()
  d.clock.now = new Date()
  const encrypted = {
    encryptionPublicKey: publicKeyOf(samlKey.key),
    encryptionCert: samlKey.certificate,
    encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  }
  const response = base64(await responseOf(encrypted))
  await expect(assume(response)).rejects.toThrow('Response signature invalid')
  const update = (input: object) =>
    d.call(root, 'iam', 'UpdateSAMLProvider', { SAMLProviderArn: PrincipalArn, ...input })
  const { newSamlKey } = await import('./testing/identity-provider.ts')
  await update({ AddPrivateKey: (await newSamlKey()).key })
  await expect(assume(response)).rejects.toThrow('Response signature invalid')
  await update({ AddPrivateKey: samlKey.key, AssertionEncryptionMode: 'Required' })
  expect((await assume(response)).Subject).toBe('ann')
  const plain = base64(await responseOf({}))
  await expect(assume(plain)).rejects.toThrow('Response signature invalid')
})

function publicKeyOf(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString()
}

test('a role of another provider or none is refused like one that trusts another', async () => {
  const { assume, signed } = await openSaml()
  const attributes = {
    ...goodAttributes,
    [`${aws}Role`]: [`${RoleArn}2,${PrincipalArn}`],
  }
  const missing = { RoleArn: `${RoleArn}2` }
  const answer = assume(signed({ attributes }), missing)
  await expect(answer).rejects.toThrow('Not authorized to perform sts:AssumeRoleWithSAML')
})
