import fc from 'fast-check'
import { expect, test } from 'vitest'
import { principalReferences, replacePrincipals } from './principal-references.ts'

// Goal: a saved policy names users and roles by id, and nothing else of its text changes.
const ann = 'arn:aws:iam::111122223333:user/ann'
const text = `{ "Statement" : [
  { "Principal": { "AWS": ["${ann}", "*", "111122223333"], "Service" : "ec2.amazonaws.com" } },
  { "NotPrincipal": {"AWS":"\\u0061rn:aws:iam::111122223333:user\\/ann"}, "Action": "${ann}" },
  { "Principal": "*" }
] }`

test('references come with type, value and place', () => {
  const references = principalReferences(text)
  expect(references.map(({ type, value }) => [type, value])).toEqual([
    ['AWS', ann],
    ['AWS', '111122223333'],
    ['Service', 'ec2.amazonaws.com'],
    ['AWS', ann],
  ])
  const [first] = references
  expect(text.slice(first?.offset, (first?.offset ?? 0) + (first?.length ?? 0))).toBe(`"${ann}"`)
})

test('only principals are replaced, and white space stays', () => {
  const saved = replacePrincipals(text, (value) => (value === ann ? 'AIDAANN' : value))
  expect(saved).toBe(
    text
      .replace(`["${ann}"`, '["AIDAANN"')
      .replace('"\\u0061rn:aws:iam::111122223333:user\\/ann"', '"AIDAANN"'),
  )
})

test('a replacement is quoted as JSON', () => {
  const replaced = replacePrincipals('{"Statement":{"Principal":{"AWS":"a"}}}', () => 'b"\\')
  expect(JSON.parse(replaced)).toEqual({ Statement: { Principal: { AWS: 'b"\\' } } })
})

test('a single statement without a list is read, too', () => {
  expect(principalReferences('{"Statement":{"Principal":{"Federated":"a.b"}}}')).toHaveLength(1)
})

test('replacing by the same value changes nothing, whatever the text', () => {
  fc.assert(fc.property(fc.string(), (any) => replacePrincipals(any, (value) => value) === any))
  expect(replacePrincipals(text, (value) => value)).toBe(text)
})

test('replaced there and back is the text again', () => {
  const plain = text.replace('\\u0061', 'a').replace('\\/', '/')
  const saved = replacePrincipals(plain, (value) => (value === ann ? 'AIDAANN' : value))
  expect(replacePrincipals(saved, (value) => (value === 'AIDAANN' ? ann : value))).toBe(plain)
})
