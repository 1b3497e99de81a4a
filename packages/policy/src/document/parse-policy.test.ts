import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PolicyType } from '../authorization.ts'
import { documentCharsMax, documentDepthMax, documentNonSpaceChars } from './limits.ts'
import { parsePolicy } from './parse-policy.ts'

// Goal: normal form, positions and limits; and no text makes the parser throw.
const valid = `{
  "Version": "2012-10-17",
  "Id": "x",
  "Statement": [{
    "Sid": "One", "Effect": "Allow", "Action": "s3:*", "NotResource": ["arn:aws:s3:::a", null],
    "Condition": { "ForAnyValue:StringLikeIfExists": { "aws:TagKeys": ["a", "b"] },
                   "Bool": { "aws:SecureTransport": true }, "NumericLessThan": { "x:n": 5 } }
  }]
}`

test('a document is normalised: every list an array, every value a text', () => {
  expect(parsePolicy(valid, 'identityPolicy')).toEqual({
    ok: true,
    document: {
      version: '2012-10-17',
      id: 'x',
      statements: [
        {
          sid: 'One',
          effect: 'Allow',
          actions: ['s3:*'],
          notResources: ['arn:aws:s3:::a'],
          conditions: [
            {
              operator: 'ForAnyValue:StringLikeIfExists',
              setOperator: 'ForAnyValue',
              conditionOperator: 'StringLike',
              ifExists: true,
              conditionKey: 'aws:TagKeys',
              values: ['a', 'b'],
            },
            {
              operator: 'Bool',
              conditionOperator: 'Bool',
              ifExists: false,
              conditionKey: 'aws:SecureTransport',
              values: ['true'],
            },
            {
              operator: 'NumericLessThan',
              conditionOperator: 'NumericLessThan',
              ifExists: false,
              conditionKey: 'x:n',
              values: ['5'],
            },
          ],
        },
      ],
    },
  })
})

test('principals are normalised: * wherever it stands', () => {
  const principal = { AWS: ['*', '111122223333'], Service: 'ec2.amazonaws.com' }
  const statement = { Effect: 'Allow', Principal: principal, Action: 's3:*', Resource: '*' }
  const result = parsePolicy(JSON.stringify({ Statement: statement }), 'resourcePolicy')
  expect(result).toMatchObject({
    document: {
      version: '2008-10-17',
      statements: [
        {
          principals: {
            any: true,
            aws: ['111122223333'],
            service: ['ec2.amazonaws.com'],
            federated: [],
            canonicalUser: [],
          },
        },
      ],
    },
  })
})

const positions: readonly [what: string, text: string, line: number, column: number][] = [
  ['an element', valid.replace('"Id"', '"ID"'), 3, 3],
  ['an action', valid.replace('"s3:*"', '"s3"'), 5, 48],
  ['a document that is no object', '\n  []', 2, 3],
  ['broken JSON', '{\n"a" x}', 2, 5],
  ['after a carriage return and line feed', '{\r\n"a":1}', 2, 1],
]
for (const [what, text, line, column] of positions) {
  test(`a problem says where: ${what}`, () => {
    const result = parsePolicy(text, 'identityPolicy')
    expect(result.ok ? undefined : result.problems[0]).toMatchObject({ line, column })
  })
}

test('all problems of the later stages are listed, the first as AWS reports it', () => {
  const statement = { Effect: 'Allow', Action: 'x', Resource: 'y', Principal: '*' }
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement, statement] })
  const result = parsePolicy(text, 'identityPolicy')
  expect(result.ok ? [] : result.problems.map(({ code }) => code)).toEqual([
    'ProhibitedPrincipal',
    'ProhibitedPrincipal',
    'ResourceFormat',
    'ResourceFormat',
    'ActionFormat',
    'ActionFormat',
  ])
})

// Limits: at each and one past it.
const padded = (length: number) => valid + ' '.repeat(length - valid.length)
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const limits: readonly [what: string, text: string, code: string | undefined][] = [
  ['the longest document', padded(documentCharsMax), undefined],
  ['one character more', padded(documentCharsMax + 1), 'DocumentTooLong'],
  ['the deepest nesting', nested(documentDepthMax), 'NotAnObject'],
  ['one level more', nested(documentDepthMax + 1), 'DocumentTooDeep'],
  ['a hundred thousand levels', nested(50_000), 'DocumentTooDeep'],
  ['brackets in a text do not nest', valid.replace('"x"', `"${'['.repeat(99)}"`), undefined],
  [
    'an escaped quote does not end a text',
    valid.replace('"x"', `"\\"${'['.repeat(99)}"`),
    undefined,
  ],
  ['U+0020', valid.replace('"x"', '" "'), undefined],
  ['U+001F', valid.replace('"x"', '"\u001f"'), 'InvalidCharacter'],
  ['U+00FF', valid.replace('"x"', '"\u00ff"'), undefined],
  ['U+0100', valid.replace('"x"', '"\u0100"'), 'InvalidCharacter'],
  ['U+0100, escaped', valid.replace('"x"', '"\\u0100"'), undefined],
  ['a tab between elements', valid.replace('  ', '\t'), undefined],
  ['U+000B', valid.replace('  ', '\u000b'), 'InvalidCharacter'],
  ['a byte order mark', `\ufeff${valid}`, 'InvalidCharacter'],
  ['a no-break space between elements', valid.replace('  ', '\u00a0'), 'InvalidJson'],
]
for (const [what, text, code] of limits) {
  test(`limit: ${what}`, () => {
    const result = parsePolicy(text, 'identityPolicy')
    expect(result.ok ? undefined : result.problems[0].code).toBe(code)
  })
}

test("AWS's own policies may be longer", () => {
  const text = padded(documentCharsMax + 1)
  expect(parsePolicy(text, 'identityPolicy', { awsManaged: true }).ok).toBe(true)
})

test('white space does not count against a quota', () => {
  expect(documentNonSpaceChars(' {\t"a b":\r\n1}\n')).toBe('{"ab":1}'.length)
  expect(documentNonSpaceChars('')).toBe(0)
})

const policyTypes: readonly PolicyType[] = [
  'identityPolicy',
  'resourcePolicy',
  'trustPolicy',
  'permissionsBoundary',
  'sessionPolicy',
  'serviceControlPolicy',
  'resourceControlPolicy',
  'endpointPolicy',
]
const anyType = fc.constantFrom(...policyTypes)

/** Parses, and holds what every result promises. */
function expectTotal(text: string, type: PolicyType): void {
  const result = parsePolicy(text, type)
  if (result.ok) {
    expect(result.document.statements.length).toBeGreaterThan(0)
    for (const { actions, notActions, effect } of result.document.statements) {
      expect((actions ?? notActions ?? []).length).toBeGreaterThan(0)
      expect(['Allow', 'Deny']).toContain(effect)
    }
    return
  }
  for (const { message, line, column } of result.problems) {
    expect(message).not.toBe('')
    expect(line).toBeGreaterThanOrEqual(1)
    expect(column).toBeGreaterThanOrEqual(1)
  }
}

test('no text makes the parser throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), anyType, expectTotal), { numRuns: 2000 })
})

test('no JSON makes the parser throw', () => {
  const keys = fc.constantFrom('Version', 'Statement', 'Effect', 'Principal', 'Action', '__proto__')
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom('Allow', '*', '2012-10-17', null, true, 7, ''),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
    ),
  })).value
  const property = fc.property(json, anyType, (value, type) =>
    expectTotal(JSON.stringify(value), type),
  )
  fc.assert(property, { numRuns: 2000 })
})

test('no damage to a valid document makes the parser throw', () => {
  const at = fc.nat(valid.length)
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom('{', '}', '[', ']', '"', ',', ':', 'null', '"Effect":"Deny",', '\\'),
  )
  const damage = fc.array(fc.tuple(at, fc.nat(9), piece), { minLength: 1, maxLength: 4 })
  const property = fc.property(damage, anyType, (edits, type) => {
    let text = valid
    for (const [start, length, put] of edits) {
      text = text.slice(0, start) + put + text.slice(start + length)
    }
    expectTotal(text, type)
  })
  fc.assert(property, { numRuns: 3000 })
})
