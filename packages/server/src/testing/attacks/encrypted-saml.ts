import { createPublicKey } from 'node:crypto'
import { encrypt } from 'xml-encryption'
import { base64, responseXml, signXml } from '../../federation/saml/testing/identity-provider.ts'
import { openSaml, PrincipalArn, samlKey, strangersKey } from '../saml-house.ts'
import type { SamlHouse } from '../saml-house.ts'
import { attackGroup } from './attack.ts'

const sha1 = { signatureAlgorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' }
const sha1Digest = { digestAlgorithm: 'http://www.w3.org/2000/09/xmldsig#sha1' }

/** What an identity provider makes of an assertion for the holder of this key. */
function encrypted(assertion: string, to = samlKey): Promise<string> {
  const options = {
    rsa_pub: createPublicKey(to.key).export({ type: 'spki', format: 'pem' }),
    pem: to.certificate,
    encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  } as const
  return new Promise((resolve, reject) => {
    encrypt(assertion, options, (error, data) => {
      if (error as Error | null) return reject(error)
      const namespace = 'urn:oasis:names:tc:SAML:2.0:assertion'
      resolve(`<EncryptedAssertion xmlns="${namespace}">${data}</EncryptedAssertion>`)
    })
  })
}

async function openEncrypted() {
  const house = await openSaml()
  const { d, root } = house
  const AssertionEncryptionMode = 'Required'
  const change = { SAMLProviderArn: PrincipalArn, AddPrivateKey: samlKey.key }
  await d.call(root, 'iam', 'UpdateSAMLProvider', { ...change, AssertionEncryptionMode })
  return house
}

const signed = ({ assertion }: SamlHouse, ...more: Partial<Parameters<typeof signXml>>[3][]) =>
  signXml(assertion(), 'Assertion', samlKey, ...more)
const send = ({ assume }: SamlHouse, inside: string) => assume(base64(responseXml(inside)))
const notValid = 'InvalidIdentityToken'

export const encryptedSamlAttacks = attackGroup(
  'Encrypted SAML assertions, where the provider requires them',
  openEncrypted,
  async (house) => send(house, await encrypted(signed(house))),
  [
    ['not encrypted', notValid, (house) => send(house, signed(house))],
    [
      'not encrypted, and a comment that speaks of it',
      notValid,
      (house) => send(house, `${signed(house)}<!-- <EncryptedAssertion > -->`),
    ],
    [
      'not encrypted, in a response that is signed',
      notValid,
      (house) => house.assume(base64(signXml(responseXml(house.assertion()), 'Response', samlKey))),
    ],
    [
      'an open assertion beside the encrypted one',
      notValid,
      async (house) => send(house, signed(house) + (await encrypted(signed(house)))),
    ],
    [
      'encrypted for somebody else',
      notValid,
      async (house) => send(house, await encrypted(signed(house), strangersKey)),
    ],
    [
      'no signature inside',
      notValid,
      async (house) => send(house, await encrypted(house.assertion())),
    ],
    [
      'signed by a stranger inside',
      notValid,
      async (house) =>
        send(house, await encrypted(signXml(house.assertion(), 'Assertion', strangersKey))),
    ],
    [
      'signed with SHA-1 inside',
      notValid,
      async (house) => send(house, await encrypted(signed(house, sha1))),
    ],
    [
      'a digest of SHA-1 inside',
      notValid,
      async (house) => send(house, await encrypted(signed(house, sha1Digest))),
    ],
    [
      'a document type inside',
      notValid,
      async (house) =>
        send(house, await encrypted(`<!DOCTYPE Assertion [<!ENTITY e "eve">]>${signed(house)}`)),
    ],
    [
      'a processing instruction inside',
      notValid,
      async (house) => send(house, await encrypted(`<?php x?>${signed(house)}`)),
    ],
    [
      'two assertions inside',
      notValid,
      async (house) => send(house, await encrypted(signed(house) + signed(house))),
    ],
    [
      'one bit of the cipher text altered',
      notValid,
      async (house) => {
        const text = await encrypted(signed(house))
        const end = text.lastIndexOf('</e:CipherValue>') - 6
        const other = text[end] === 'A' ? 'B' : 'A'
        return send(house, text.slice(0, end) + other + text.slice(end + 1))
      },
    ],
  ],
)
