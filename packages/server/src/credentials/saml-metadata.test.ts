import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSamlMetadata } from './saml-metadata.ts'
import {
  constraints,
  entityId,
  keyDescriptor,
  metadata,
  newCertificate,
} from './testing/saml-provider.ts'

// Goal: metadata is read as SAML V2.0 Metadata has it, and whatever is hostile or odd is refused
// with its reason. Limits are chosen by us.

const [one, two] = await Promise.all([newCertificate(), newCertificate()])
const keys = keyDescriptor(one)
const good = metadata({ keys })

function problemOf(text: string): string | undefined {
  const result = parseSamlMetadata(text)
  return result.ok ? undefined : result.problem
}

const read: readonly [what: string, text: string, expected: object][] = [
  ['entity id and certificate', good, { entityId, signingCertificates: [one] }],
  ['no declaration', metadata({ before: '', keys }), { entityId, signingCertificates: [one] }],
  [
    'two keys in their order, the encryption key left out',
    metadata({ keys: keyDescriptor(two) + keyDescriptor(one, ' use="encryption"') + keys }),
    { entityId, signingCertificates: [two, one] },
  ],
  [
    'a key without a use signs, and one certificate twice is one',
    metadata({ keys: keyDescriptor(one, '') + keys }),
    { entityId, signingCertificates: [one] },
  ],
  [
    'white space, a comment and CDATA in a certificate',
    metadata({
      keys: keyDescriptor(
        `\n ${one.slice(0, 9)}<!-- x -->\r\n\t<![CDATA[${one.slice(9, 20)}]]>${one.slice(20)} `,
      ),
    }),
    { entityId, signingCertificates: [one] },
  ],
  [
    'validUntil',
    metadata({ keys, attributes: ` entityID="${entityId}" validUntil="2030-01-02T03:04:05.5Z"` }),
    { entityId, signingCertificates: [one], validUntil: new Date('2030-01-02T03:04:05.500Z') },
  ],
  [
    'validUntil of the role, where it is earlier, without an offset',
    metadata({
      keys,
      attributes: ` entityID="${entityId}" validUntil="2030-01-02T03:04:05+02:00"`,
      roleAttributes: ' validUntil="2029-01-02T03:04:05"',
    }),
    { entityId, signingCertificates: [one], validUntil: new Date('2029-01-02T03:04:05Z') },
  ],
  [
    'other prefixes, and none',
    good
      .replaceAll('md:', '')
      .replace('xmlns:md', 'xmlns')
      .replace('xmlns:ds', 'xmlns:q')
      .replaceAll('ds:', 'q:'),
    { entityId, signingCertificates: [one] },
  ],
  [
    'a predefined entity in the entity id',
    metadata({ keys, attributes: ' entityID="urn:a&amp;b"' }),
    { entityId: 'urn:a&b', signingCertificates: [one] },
  ],
  [
    'an entity id of 1024 characters',
    metadata({ keys, attributes: ` entityID="${'a'.repeat(1024)}"` }),
    { entityId: 'a'.repeat(1024), signingCertificates: [one] },
  ],
]

test.each(read)('read: %s', (_what, text, expected) => {
  expect(parseSamlMetadata(text)).toEqual({ ok: true, metadata: expected })
})

const doctype = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
const bomb = `<!DOCTYPE a [<!ENTITY a "a"><!ENTITY b "&a;&a;">]>`
const protocolNamespace = 'urn:oasis:names:tc:SAML:2.0:protocol'

const refused: readonly [what: string, text: string, problem: string][] = [
  ['nothing', '', 'it does not begin as XML does'],
  ['no XML', 'x'.repeat(1000), 'it does not begin as XML does'],
  ['a byte order mark', `\ufeff${good}`, 'it does not begin as XML does'],
  ['white space alone', '   ', 'it does not begin as XML does'],
  ['text before the root', good.replace('?>', '?>x'), 'not begin as XML does'],
  ['text after the root', `${good}x`, 'text outside of its root element'],
  ['an external entity', metadata({ before: doctype, keys }), 'a document type'],
  ['a billion laughs', metadata({ before: bomb, keys }), 'a document type'],
  ['a document type after the root', `${good}${doctype}`, 'a document type'],
  ['a document type in lower case', metadata({ before: '<!doctype a>', keys }), 'a document type'],
  ['an entity of its own', good.replace('entityID="', 'entityID="&x;'), 'not well-formed'],
  ['a processing instruction', good.replace('?>', '?><?x y?>'), 'a processing instruction'],
  ['a second declaration', good.replace('?>', '?><?xml version="1.0"?>'), 'processing instruction'],
  ['an element that is not closed', good.replace('</md:IDPSSODescriptor>', ''), 'well-formed'],
  ['an end cut off', good.slice(0, -10), 'well-formed'],
  ['an attribute twice', good.replace('entityID', 'entityID="a" entityID'), 'well-formed'],
  ['an attribute without quotes', good.replace(`"${entityId}"`, 'x'), 'well-formed'],
  ['two roots', `${good}<a/>`, 'not well-formed'],
  ['a comment that is not closed', good.replace('<md:KeyD', '<!-- <md:KeyD'), 'not well-formed'],
  ['another root', '<html/>', 'no EntityDescriptor'],
  ['a root without its namespace', '<EntityDescriptor entityID="a"/>', 'no EntityDescriptor'],
  [
    'a root of another namespace',
    good.replace('SAML:2.0:metadata', 'SAML:1.0:metadata'),
    'no EntityDescriptor',
  ],
  ['a root of an undeclared prefix', good.replace('xmlns:md', 'xmlns:m'), 'no EntityDescriptor'],
  ['several providers', `<a>${metadata({ before: '', keys })}</a>`, 'no EntityDescriptor'],
  ['no entity id', metadata({ keys, attributes: '' }), 'no entityID'],
  ['an empty entity id', metadata({ keys, attributes: ' entityID=""' }), 'no entityID'],
  [
    'an entity id in another namespace',
    metadata({ keys, attributes: ' md:entityID="a"' }),
    'no entityID',
  ],
  [
    'an entity id of 1025 characters',
    metadata({ keys, attributes: ` entityID="${'a'.repeat(1025)}"` }),
    'its entityID has more than 1024 characters',
  ],
  ['a service provider', good.replaceAll('IDPSSO', 'SPSSO'), 'no IDPSSODescriptor'],
  [
    'a role deeper down',
    good.replace('<md:IDP', '<md:Extensions><md:IDP').replace('</md:E', '</md:Extensions></md:E'),
    'no IDPSSODescriptor',
  ],
  [
    'a role of another namespace',
    good.replace('<md:IDPSSODescriptor', `<md:IDPSSODescriptor xmlns:md="${protocolNamespace}"`),
    'no IDPSSODescriptor',
  ],
  ['no key', metadata({}), 'no signing certificate'],
  [
    'an encryption key alone',
    metadata({ keys: keyDescriptor(one, ' use="encryption"') }),
    'no signing certificate',
  ],
  ['a key of another role', metadata({ more: keys }), 'no signing certificate'],
  [
    'a key inside of a key',
    metadata({ keys: `<md:KeyDescriptor>${keys}</md:KeyDescriptor>` }),
    'no signing certificate',
  ],
  ['a key of another namespace', good.replace('09/xmldsig#', '09/x#'), 'no signing certificate'],
  ['a certificate that is no base64', metadata({ keys: keyDescriptor('*') }), 'not base64'],
  ['an empty certificate', metadata({ keys: keyDescriptor(' ') }), 'not base64'],
  [
    'an element in a certificate',
    metadata({ keys: keyDescriptor(`${one.slice(0, 100)}<a>${one.slice(100)}</a>`) }),
    'a certificate is malformed',
  ],
  ['base64 of something else', metadata({ keys: keyDescriptor('QUJD') }), 'is malformed'],
  [
    'bytes after a certificate',
    metadata({
      keys: keyDescriptor(
        Buffer.concat([Buffer.from(one, 'base64'), Buffer.from('more')]).toString('base64'),
      ),
    }),
    'a certificate is malformed',
  ],
  [
    'a key of 1016 bits',
    metadata({ keys: keyDescriptor(await newCertificate(1016)) }),
    'fewer than 1024 bits',
  ],
  [
    'an extension twice',
    metadata({ keys: keyDescriptor(await newCertificate(2048, [constraints, constraints])) }),
    'repeats an extension',
  ],
  [
    'validUntil that is no date',
    metadata({ keys, attributes: ' entityID="a" validUntil="soon"' }),
    'its validUntil is no date',
  ],
  [
    'validUntil on a day that is none',
    metadata({ keys, attributes: ' entityID="a" validUntil="2030-13-01T00:00:00Z"' }),
    'its validUntil is no date',
  ],
]

test.each(refused)('refused: %s', (_what, text, problem) => {
  expect(problemOf(text)).toContain(problem)
})

test('a key of 1024 bits and an extension once are accepted', async () => {
  const certificates = [await newCertificate(1024), await newCertificate(2048, [constraints])]
  for (const certificate of certificates) {
    expect(problemOf(metadata({ keys: keyDescriptor(certificate) }))).toBeUndefined()
  }
})

test('20 signing certificates, not 21', () => {
  expect(problemOf(metadata({ keys: keys.repeat(20) }))).toBeUndefined()
  const problem = 'it has more than 20 signing certificates'
  expect(problemOf(metadata({ keys: keys.repeat(21) }))).toBe(problem)
})

// What a lenient parser is slow with: each of these is refused, or read, within a moment.
const many = 2_000_000
const heavy: readonly [what: string, more: string, problem: string | undefined][] = [
  ['text of 8 MB', `<md:Organization>${'x'.repeat(4 * many)}</md:Organization>`, undefined],
  ['processing instructions', '<?x '.repeat(many), 'a processing instruction'],
  ['elements', '<a/>'.repeat(many), 'too much markup'],
  ['levels', '<a>'.repeat(many), 'too much markup'],
  ['levels within the limit', '<a>'.repeat(9_900) + '</a>'.repeat(9_900), undefined],
  ['attributes', `<a ${Array.from({ length: 30_000 }, (_, i) => `x${i}="1"`).join(' ')}/>`, 'much'],
  ['CDATA sections', '<![CDATA['.repeat(many), 'too much markup'],
  ['comments', '<!---->'.repeat(many), 'too much markup'],
  ['entities', '&amp;'.repeat(many), 'too much markup'],
  ['open tags', '<a '.repeat(many), 'too much markup'],
]

test.each(heavy)('no time is lost with %s', (_what, more, problem) => {
  const text = metadata({ keys, more })
  const startedAt = performance.now()
  if (problem === undefined) expect(problemOf(text)).toBeUndefined()
  else expect(problemOf(text)).toContain(problem)
  expect(performance.now() - startedAt).toBeLessThan(3000)
})

test('whatever is done to metadata, it is read or refused, and nothing is thrown', () => {
  const piece = fc.constantFrom('<', '>', '"', '&', '<!--', ']]>', 'md:', '</', '=', '\u0000', 'é')
  const edit = fc.record({ at: fc.nat(good.length), cut: fc.nat(40), text: piece })
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      let text = good
      for (const { at, cut, text: added } of edits) {
        text = text.slice(0, at) + added + text.slice(at + cut)
      }
      const result = parseSamlMetadata(text)
      if (!result.ok) {
        expect(result.problem).not.toBe('')
        return
      }
      // What can be read has a signer, and never one that is not in the text.
      for (const certificate of result.metadata.signingCertificates) {
        expect(text.replace(/[^A-Za-z0-9+/=]+/g, '')).toContain(certificate)
      }
    }),
    { numRuns: 1000 },
  )
})
