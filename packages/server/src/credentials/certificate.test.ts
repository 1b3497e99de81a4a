import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { certificateOf } from '../testing/certificates.ts'
import {
  brokenLinkOf,
  isValidAt,
  parseCertificate,
  parseCertificates,
  parsePrivateKey,
} from './certificate.ts'
import { parsePem } from './pem.ts'

// Goal: certificates and keys from PEM, the whole text or nothing. Source: RFC 7468, RFC 5280.
const root = await certificateOf('root')
const intermediate = await certificateOf('intermediate', { issuer: root })
const leaf = await certificateOf('leaf', { issuer: intermediate })

const refused: readonly [what: string, text: string][] = [
  ['nothing', ''],
  ['white space', ' \n'],
  ['no PEM', 'a certificate'],
  ['text before', `Bag Attributes\n${root.pem}`],
  ['text after', `${root.pem}\n.`],
  ['another label', root.pem.replaceAll('CERTIFICATE', 'X509 CRL')],
  ['another end', root.pem.replace('END CERTIFICATE', 'END KEY')],
  ['no end', root.pem.replace(/-----END.*/s, '')],
  ['an empty body', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----'],
  ['base64 that is none', root.pem.replace('MII', 'M:I')],
  ['base64 cut short', root.pem.replace(/.\n-----END/, '\n-----END')],
  ['no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
  ['a label without end', `-----BEGIN ${'A'.repeat(100)}`],
  ['a key', root.privateKeyPem],
]

test.each(refused)('not a certificate: %s', (_what, text) => {
  expect(parseCertificates(text)).toBeUndefined()
  expect(parseCertificate(text)).toBeUndefined()
})

test('bytes after the certificate are refused, not dropped', () => {
  const der = Buffer.concat([Buffer.from(root.certificate.rawData), Buffer.of(0, 0)])
  const text = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----`
  expect(parseCertificate(text)).toBeUndefined()
})

test('one is one; two are a chain', () => {
  expect(parseCertificate(` ${root.pem}\r\n`)?.subject).toBe('CN=root')
  expect(parseCertificate(root.pem + leaf.pem)).toBeUndefined()
  const subjects = parseCertificates(`${leaf.pem}\n${root.pem}`)?.map(({ subject }) => subject)
  expect(subjects).toEqual(['CN=leaf', 'CN=root'])
})

const chains: readonly [what: string, chain: readonly (typeof root)[], broken?: number][] = [
  ['none', []],
  ['the issuer', [intermediate]],
  ['up to the root', [intermediate, root]],
  ['the root alone', [root], 0],
  ['itself first', [leaf, intermediate], 0],
  ['out of order', [root, intermediate], 0],
  ['one that did not issue the other', [intermediate, leaf], 1],
]

test.each(chains)('a chain: %s', (_what, chain, broken) => {
  const parse = ({ pem }: typeof root) => {
    const parsed = parseCertificate(pem)
    if (!parsed) throw new Error('not a certificate')
    return parsed
  }
  expect(brokenLinkOf(parse(leaf), chain.map(parse))).toBe(broken)
})

test('a namesake with another key did not issue it', async () => {
  const namesake = await certificateOf('intermediate')
  const [subject, issuer] = [parseCertificate(leaf.pem), parseCertificate(namesake.pem)]
  if (!subject || !issuer) throw new Error('not certificates')
  expect(brokenLinkOf(subject, [issuer])).toBe(0)
})

test('it is valid from its first second to its last', async () => {
  const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z')]
  const parsed = parseCertificate((await certificateOf('x', { from, to })).pem)
  if (!parsed) throw new Error('not a certificate')
  const at = (time: number) => isValidAt(parsed, new Date(time))
  expect([at(from.getTime() - 1), at(from.getTime())]).toEqual([false, true])
  expect([at(to.getTime()), at(to.getTime() + 1)]).toEqual([true, false])
})

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const cipher = { cipher: 'aes-256-cbc', passphrase: 'x' }
const curve = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
const keys: readonly [what: string, text: string | Buffer, reads: boolean][] = [
  ['PKCS #8', rsa.export({ type: 'pkcs8', format: 'pem' }), true],
  ['PKCS #1', rsa.export({ type: 'pkcs1', format: 'pem' }), true],
  ['SEC 1', ec.export({ type: 'sec1', format: 'pem' }), true],
  ['SEC 1 after its parameters', `${curve}${ec.export({ type: 'sec1', format: 'pem' })}`, true],
  ['encrypted PKCS #8', rsa.export({ type: 'pkcs8', format: 'pem', ...cipher }), false],
  ['encrypted PKCS #1', rsa.export({ type: 'pkcs1', format: 'pem', ...cipher }), false],
  ['two keys', `${root.privateKeyPem}${leaf.privateKeyPem}`, false],
  ['parameters alone', curve, false],
  ['a certificate', root.pem, false],
  ['nothing', '', false],
  ['no key inside', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', false],
]

test.each(keys)('a private key: %s', (_what, text, reads) => {
  expect(parsePrivateKey(text.toString()) !== undefined).toBe(reads)
})

test('whatever comes, reading PEM ends, and what it gives writes the same', () => {
  const piece = fc.constantFrom(
    '-----BEGIN ',
    '-----END ',
    'CERTIFICATE',
    '-----',
    '\n',
    ' ',
    'AAAA',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(piece, fc.string({ maxLength: 4 }))).map((parts) => parts.join('')),
    fc.tuple(fc.nat(root.pem.length), fc.string({ maxLength: 3 })).map(([at, put]) => {
      return root.pem.slice(0, at) + put + root.pem.slice(at + 1)
    }),
  )
  fc.assert(
    fc.property(text, (given) => {
      const blocks = parsePem(given)
      parseCertificates(given)
      parsePrivateKey(given)
      const written = blocks?.map(({ label, der }) => {
        return `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`
      })
      if (written) expect(parsePem(written.join(''))).toEqual(blocks)
    }),
    { numRuns: 500 },
  )
})

test('a long text that never ends a block costs no more than its length', () => {
  const text = '-----BEGIN CERTIFICATE-----\nAAAA\n'.repeat(60_000)
  expect(parsePem(text)).toBeUndefined()
})
