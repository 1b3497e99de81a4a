import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PolicyParameter } from './delegation-entity.ts'
import { renderPolicyTemplate, renderedPolicyCharsMax } from './policy-template.ts'

// Goal: a template becomes the policy that the IAM User Guide says, and no value is ever more than
// part of a string. Source: IAM User Guide, "Policy templates" of temporary delegation; "chosen by
// us" where a row says so.
const one = (name: string, value: string): PolicyParameter => ({
  ...{ name, values: [value], type: 'string' },
})
const list = (name: string, ...values: string[]): PolicyParameter => ({
  ...{ name, values, type: 'stringList' },
})

const rows: readonly [
  rule: string,
  template: unknown,
  parameters: readonly PolicyParameter[],
  rendered: unknown,
][] = [
  ['without placeholders it stays', { a: ['x', 1, null, true] }, [], { a: ['x', 1, null, true] }],
  [
    'a value is put in',
    { Resource: 'arn:aws:s3:::@{bucketName}/*' },
    [one('bucketName', 'customer-data-bucket')],
    { Resource: 'arn:aws:s3:::customer-data-bucket/*' },
  ],
  ['as often as it is named', ['@{a}/@{a}'], [one('a', 'x')], ['x/x']],
  ['a list makes one string several', { R: '@{a}!' }, [list('a', 'x', 'y')], { R: ['x!', 'y!'] }],
  ['within a list, in its place', ['a', '@{b}', 'c'], [list('b', 'x', 'y')], ['a', 'x', 'y', 'c']],
  [
    'two lists make every combination',
    ['@{a}@{b}'],
    [list('a', '1', '2'), list('b', 'x', 'y')],
    ['1x', '1y', '2x', '2y'],
  ],
  ['a key takes a value', { 'aws:@{a}': 'b' }, [one('a', 'x')], { 'aws:x': 'b' }],
  ['a value is not looked into', ['@{a}'], [one('a', '@{a}')], ['@{a}']],
  ['a variable of the policy stays', ['${aws:username}'], [], ['${aws:username}']],
]

for (const [rule, template, parameters, rendered] of rows) {
  test(`renderPolicyTemplate: ${rule}`, () => {
    const result = renderPolicyTemplate(JSON.stringify(template), parameters)
    expect(result).toEqual({ ok: true, text: JSON.stringify(rendered) })
  })
}

const problems: readonly [
  problem: string,
  template: string,
  parameters: readonly PolicyParameter[],
][] = [
  ['the parameter a has no value', '["@{a}"]', []],
  ['the template has no parameter a', '["b"]', [one('a', 'x')]],
  ['the parameter a is given twice', '["@{a}"]', [one('a', 'x'), one('a', 'y')]],
  ['the parameter a takes one value', '["@{a}"]', [{ ...list('a', 'x', 'y'), type: 'string' }]],
  ['the parameter a takes values', '["@{a}"]', [list('a')]],
  ['the key @{a} cannot be several', '{"@{a}":1}', [list('a', 'x', 'y')]],
  ['the template is no JSON', '{', []],
  [
    '@{a}@{a}@{a} becomes more than 10000 strings',
    '["@{a}@{a}@{a}"]',
    [list('a', ...Array.from({ length: 22 }, String))],
  ],
]

for (const [problem, template, parameters] of problems) {
  test(`renderPolicyTemplate: ${problem}`, () => {
    expect(renderPolicyTemplate(template, parameters)).toEqual({ ok: false, problem })
  })
}

test('as long as a policy may be, and one character more', () => {
  const ofLength = (length: number) =>
    renderPolicyTemplate('["@{a}"]', [one('a', 'x'.repeat(length - '[""]'.length))])
  expect(ofLength(renderedPolicyCharsMax)).toMatchObject({ ok: true })
  const problem = 'the policy has more than 2048 characters with its parameters'
  expect(ofLength(renderedPolicyCharsMax + 1)).toEqual({ ok: false, problem })
})

test('no value leaves the string it is put into', () => {
  const template = '{"Effect":"Allow","Resource":["@{a}"]}'
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (value) => {
      const result = renderPolicyTemplate(template, [one('a', value)])
      if (!result.ok) throw new Error(result.problem)
      expect(JSON.parse(result.text)).toEqual({ Effect: 'Allow', Resource: [value] })
    }),
  )
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.string(), (template, name) => {
      renderPolicyTemplate(template, [one(name, 'x')])
    }),
  )
})
