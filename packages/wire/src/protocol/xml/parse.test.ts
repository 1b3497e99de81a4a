import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nestingDepthMax } from '../limits.ts'
import { escapeXml } from './escape.ts'
import { elementCountMax, parseXml } from './parse.ts'

// Goal: XML as clients of S3 send it, and nothing that fetches, expands or confuses.
// Source: XML 1.0 (Fifth Edition); OWASP, "XML External Entity Prevention".

const accepted: readonly [rule: string, text: string, name: string, content: string][] = [
  ['a bare element', '<a/>', 'a', ''],
  ['a declaration before it', '<?xml version="1.0" encoding="UTF-8"?>\n<a>x</a>\n', 'a', 'x'],
  ['a byte order mark', '\ufeff<a>x</a>', 'a', 'x'],
  ['a namespace and a prefix', '<s3:a xmlns:s3="http://s3">x</s3:a>', 'a', 'x'],
  ['entities that XML knows', '<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x41;</a>', 'a', '<&>"\'AA'],
  ['a CDATA section', '<a>x<![CDATA[<&>]]>y</a>', 'a', 'x<&>y'],
  ['a comment is nothing', '<!-- b --><a>x<!-- <c> -->y</a><!-- d -->', 'a', 'xy'],
  ['attributes in either quotes', `<a b="1" c='2'>x</a>`, 'a', 'x'],
]
for (const [rule, text, name, content] of accepted) {
  test(`takes ${rule}`, () => {
    expect(parseXml(text)).toMatchObject({ name, text: content })
  })
}

const refused: readonly [rule: string, text: string][] = [
  ['nothing', ''],
  ['text alone', 'a'],
  ['a document type', '<!DOCTYPE a><a/>'],
  ['an internal subset', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['an entity of its own', '<a>&b;</a>'],
  ['an ampersand', '<a>b & c</a>'],
  ['an open entity', '<a>&amp</a>'],
  ['a character XML does not allow', '<a>&#0;</a>'],
  ['half a surrogate pair', '<a>&#xD800;</a>'],
  ['a processing instruction', '<a><?b?></a>'],
  ['tags that do not match', '<a></b>'],
  ['a prefix that does not match', '<x:a></y:a>'],
  ['tags that cross', '<a><b></a></b>'],
  ['an end that is missing', '<a><b></b>'],
  ['two roots', '<a/><b/>'],
  ['text after the root', '<a/>b'],
  ['an attribute twice', '<a b="1" b="2"/>'],
  ['an attribute without quotes', '<a b=1/>'],
  ['an open comment', '<a/><!-- '],
  ['an open CDATA section', '<a><![CDATA[</a>'],
]
for (const [rule, text] of refused) {
  test(`refuses ${rule}`, () => {
    expect(parseXml(text)).toBeUndefined()
  })
}

test('takes as many levels as the limit, and not one more', () => {
  const nested = (levels: number) => '<a>'.repeat(levels) + '</a>'.repeat(levels)
  expect(parseXml(nested(nestingDepthMax))).toBeDefined()
  expect(parseXml(nested(nestingDepthMax + 1))).toBeUndefined()
})

test('takes as many elements as the limit, and not one more', () => {
  const wide = (elements: number) => `<a>${'<b/>'.repeat(elements - 1)}</a>`
  expect(parseXml(wide(elementCountMax))).toBeDefined()
  expect(parseXml(wide(elementCountMax + 1))).toBeUndefined()
})

test('never throws, and reads back what is written', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '/',
    'a',
    '&',
    ';',
    '"',
    '=',
    ' ',
    '!',
    '-',
    '[',
    '?',
    '&#',
  )
  fc.assert(fc.property(fc.string({ unit: piece, maxLength: 60 }), (text) => void parseXml(text)))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const written = escapeXml(text)
      expect(parseXml(`<a>${written}</a>`)?.text).toBe(
        text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd'),
      )
    }),
  )
})
