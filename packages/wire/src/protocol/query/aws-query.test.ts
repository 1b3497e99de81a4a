import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadModel } from '../../load-model.ts'
import type { OperationModel } from '../../model.ts'
import { requestOf } from '../../testing/request.ts'
import { bodyBytesMax, listIndexMax, nestingDepthMax, parameterCountMax } from '../limits.ts'
import { awsQuery } from './aws-query.ts'

// Goal: forms are read and refused as IAM and STS do.
// Method: a row per rule, wordings from recordings; each limit at it and one past it; then bytes
// that nobody meant.

const models = { iam: loadModel('iam'), sts: loadModel('sts') }
type Name = keyof typeof models

const operationOf = (service: Name, name: string) =>
  models[service].operations.get(name) as OperationModel
const read = (service: Name, name: string, form: string | Uint8Array) =>
  awsQuery.readInput(models[service], operationOf(service, name), requestOf(form))

const assume = 'RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=s1'

const inputs: readonly [
  rule: string,
  service: Name,
  operation: string,
  form: string,
  input: object,
][] = [
  ['scalars', 'iam', 'GetUser', 'UserName=ann', { UserName: 'ann' }],
  ['a plus and an escape', 'iam', 'GetUser', 'UserName=a%2Bn%6e', { UserName: 'a+nn' }],
  ['nothing where nothing is required', 'iam', 'GetUser', 'Action=GetUser', {}],
  ['the first of two (recorded)', 'iam', 'GetUser', 'UserName=a&UserName=b', { UserName: 'a' }],
  [
    'unknown ones ignored (recorded, STS)',
    'iam',
    'GetUser',
    'Foo.Bar=1&UserName=a',
    { UserName: 'a' },
  ],
  [
    '+900 (recorded, STS)',
    'sts',
    'GetSessionToken',
    'DurationSeconds=%2B900',
    { DurationSeconds: 900 },
  ],
  [
    '0900 (recorded, STS)',
    'sts',
    'GetSessionToken',
    'DurationSeconds=0900',
    { DurationSeconds: 900 },
  ],
  [
    'a list by number, with gaps',
    'iam',
    'UntagRole',
    'RoleName=r&TagKeys.member.10=c&TagKeys.member.2=b&TagKeys.member.1=a',
    { RoleName: 'r', TagKeys: ['a', 'b', 'c'] },
  ],
  ['an empty list', 'iam', 'TagRole', 'RoleName=r&Tags=', { RoleName: 'r', Tags: [] }],
  [
    'an empty string in a structure in a list',
    'iam',
    'TagRole',
    'RoleName=r&Tags.member.1.Key=k&Tags.member.1.Value=',
    { RoleName: 'r', Tags: [{ Key: 'k', Value: '' }] },
  ],
  [
    'a list in a structure in a list',
    'iam',
    'SimulateCustomPolicy',
    'PolicyInputList.member.1=p&ActionNames.member.1=a:b&ContextEntries.member.1.ContextKeyName=aws:k1&ContextEntries.member.1.ContextKeyValues.member.1=v&ContextEntries.member.1.ContextKeyType=string',
    {
      PolicyInputList: ['p'],
      ActionNames: ['a:b'],
      ContextEntries: [
        { ContextKeyName: 'aws:k1', ContextKeyValues: ['v'], ContextKeyType: 'string' },
      ],
    },
  ],
  [
    'a map, its keys like any other',
    'iam',
    'PutAccountProperties',
    'Properties.entry.1.key=__proto__&Properties.entry.1.value=x',
    { Properties: Object.fromEntries([['__proto__', 'x']]) },
  ],
  ['UTF-8 as it is', 'iam', 'GetRole', 'RoleName=r&Other=語', { RoleName: 'r' }],
]

for (const [rule, service, operation, form, input] of inputs) {
  test(`reads ${rule}`, () => {
    const result = read(service, operation, form)
    if (!result.ok) throw new Error(result.error.message)
    expect(JSON.parse(JSON.stringify(result.input))).toEqual(input)
  })
}

const at = (field: string, constraint: string) =>
  `1 validation error detected: Value at '${field}' failed to satisfy constraint: ${constraint}`

const refusals: readonly [
  rule: string,
  service: Name,
  operation: string,
  form: string,
  code: string,
  message: string | undefined,
][] = [
  // Source: recordings of IAM (2025 and later) and STS.
  [
    'IAM enum',
    'iam',
    'UpdateAccessKey',
    'AccessKeyId=AKIAAAAAAAAAAAAAAAAA&Status=Off',
    'ValidationError',
    at('status', 'Member must satisfy enum value set'),
  ],
  [
    'IAM required',
    'iam',
    'GetRole',
    '',
    'ValidationError',
    at('roleName', 'Member must not be null'),
  ],
  [
    'IAM too long',
    'iam',
    'GetRole',
    `RoleName=${'a'.repeat(65)}`,
    'ValidationError',
    at('roleName', 'Member must have length less than or equal to 64'),
  ],
  [
    'IAM too short',
    'iam',
    'GetRole',
    'RoleName=',
    'ValidationError',
    at('roleName', 'Member must have length greater than or equal to 1'),
  ],
  [
    'IAM range',
    'iam',
    'ListUsers',
    'MaxItems=1001',
    'ValidationError',
    at('maxItems', 'Member must have value less than or equal to 1000'),
  ],
  [
    'IAM nested',
    'iam',
    'TagRole',
    `RoleName=r&Tags.member.1.Key=${'k'.repeat(129)}&Tags.member.1.Value=v`,
    'ValidationError',
    at('tags.1.member.key', 'Member must have length less than or equal to 128'),
  ],
  [
    'IAM list members',
    'iam',
    'UntagRole',
    `RoleName=r&TagKeys.member.1=${'k'.repeat(129)}`,
    'ValidationError',
    at(
      'tagKeys',
      'Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+]',
    ),
  ],
  [
    'IAM several',
    'iam',
    'UpdateAccountPasswordPolicy',
    'MinimumPasswordLength=129&MaxPasswordAge=0',
    'ValidationError',
    "2 validation errors detected: Value at 'minimumPasswordLength' failed to satisfy constraint: Member must have value less than or equal to 128; Value at 'maxPasswordAge' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    'IAM path',
    'iam',
    'CreateUser',
    'UserName=a&Path=abc',
    'ValidationError',
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  ],
  [
    'IAM path prefix',
    'iam',
    'ListUsers',
    'PathPrefix=abc',
    'ValidationError',
    'The specified value for pathPrefix is invalid. It must begin with the / character and contain only alphanumeric characters and/or / characters.',
  ],
  [
    'IAM name',
    'iam',
    'CreateUser',
    'UserName=a/b',
    'ValidationError',
    'The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
  ],
  [
    'STS prints the value',
    'sts',
    'AssumeRole',
    assume.replace('s1', 'Session1:2'),
    'ValidationError',
    "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
  ],
  [
    'STS required',
    'sts',
    'AssumeRole',
    'RoleSessionName=s1',
    'ValidationError',
    "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
  ],
  [
    'an integer too large',
    'sts',
    'AssumeRole',
    `${assume}&DurationSeconds=2147483648`,
    'MalformedInput',
    undefined,
  ],
  [
    'a decimal',
    'sts',
    'AssumeRole',
    `${assume}&DurationSeconds=900.0`,
    'MalformedInput',
    undefined,
  ],
  ['letters', 'sts', 'AssumeRole', `${assume}&DurationSeconds=9OO`, 'MalformedInput', undefined],
  [
    'no digits at all',
    'sts',
    'AssumeRole',
    `${assume}&DurationSeconds=`,
    'MalformedInput',
    'missing value for decimal type',
  ],
  // Chosen by us.
  [
    'a list with a value of its own',
    'iam',
    'TagRole',
    'RoleName=r&Tags=x',
    'MalformedInput',
    undefined,
  ],
  [
    'a broken escape',
    'iam',
    'GetUser',
    'UserName=%zz',
    'MalformedHttpRequest',
    'A parameter is not valid percent-encoded UTF-8.',
  ],
  [
    'an escape that is not UTF-8',
    'iam',
    'GetUser',
    'UserName=%ff',
    'MalformedHttpRequest',
    'A parameter is not valid percent-encoded UTF-8.',
  ],
]

for (const [rule, service, operation, form, code, message] of refusals) {
  test(`refuses: ${rule}`, () => {
    const error = { code, ...(message !== undefined && { message }) }
    expect(read(service, operation, form)).toEqual({ ok: false, error })
  })
}

test('lengths count code points, not UTF-16 units', () => {
  const error = (count: number) => {
    const result = read(
      'iam',
      'TagUser',
      `UserName=a&Tags.member.1.Key=k&Tags.member.1.Value=${'𐐀'.repeat(count)}`,
    )
    return result.ok ? undefined : result.error.message
  }
  expect(error(256)).toBeUndefined()
  expect(error(257)).toContain('Member must have length less than or equal to 256')
})

test('a body that is not UTF-8 is refused', () => {
  const result = read('iam', 'GetUser', Buffer.from([0x55, 0x3d, 0xff]))
  expect(result).toMatchObject({ ok: false, error: { code: 'MalformedHttpRequest' } })
})

test('a body of another content type is not looked at', () => {
  const request = requestOf('Action=GetUser', { rawHeaders: ['Content-Type', 'text/plain'] })
  expect(awsQuery.open(request)).toMatchObject({ ok: true, call: {} })
  const opened = awsQuery.open(request)
  expect(opened.ok && opened.call.operationName).toBeUndefined()
})

test('the parameters may stand in the URL', () => {
  const opened = awsQuery.open(
    requestOf('', { method: 'GET', target: '/?Action=GetUser&Version=2010-05-08' }),
  )
  expect(opened).toMatchObject({
    ok: true,
    call: { operationName: 'GetUser', version: '2010-05-08' },
  })
})

// Every limit at it and one past it.
const code = (form: string | Uint8Array) => {
  const result = read('iam', 'GetUser', form)
  return result.ok ? 'ok' : result.error.code
}
const limits: readonly [name: string, at: () => string, past: () => string, code: string][] = [
  [
    'bodyBytesMax',
    () => 'X='.padEnd(bodyBytesMax, 'x'),
    () => 'X='.padEnd(bodyBytesMax + 1, 'x'),
    'RequestEntityTooLarge',
  ],
  [
    'parameterCountMax',
    () => 'X=1&'.repeat(parameterCountMax - 1) + 'X=1',
    () => 'X=1&'.repeat(parameterCountMax) + 'X=1',
    'MalformedHttpRequest',
  ],
  [
    'nestingDepthMax',
    () => 'X.'.repeat(nestingDepthMax - 1) + 'X=1',
    () => 'X.'.repeat(nestingDepthMax) + 'X=1',
    'MalformedHttpRequest',
  ],
]
for (const [name, atLimit, past, expected] of limits) {
  test(`${name}: at it and one past it`, () => {
    expect(code(atLimit())).toBe('ok')
    expect(code(past())).toBe(expected)
  })
}

test('listIndexMax: at it and one past it', () => {
  const form = (index: number) => `RoleName=r&TagKeys.member.${index}=k`
  expect(read('iam', 'UntagRole', form(listIndexMax))).toMatchObject({ ok: true })
  expect(read('iam', 'UntagRole', form(listIndexMax + 1))).toMatchObject({
    ok: false,
    error: { code: 'MalformedInput' },
  })
})

test('a million parameters are refused at once', () => {
  const form = Array.from({ length: 1_000_000 }, (_, i) => `T.m.${i}=`)
    .join('&')
    .slice(0, bodyBytesMax)
  const started = performance.now()
  expect(code(form)).toBe('MalformedHttpRequest')
  expect(performance.now() - started).toBeLessThan(1000)
})

test('no parameter reaches a prototype', () => {
  read(
    'iam',
    'TagRole',
    '__proto__.polluted=1&Tags.member.__proto__.Key=x&constructor.prototype.polluted=1&RoleName=r',
  )
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('bytes that nobody meant are answered, never thrown', () => {
  const alphabet = [...'&&==..%%+09aZ'].concat(
    'Tags',
    'member',
    '__proto__',
    'Action',
    'RoleName',
    '😀',
    '\0',
  )
  const forms = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .string({ unit: fc.constantFrom(...alphabet), maxLength: 60 })
      .map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(forms, fc.constantFrom(...models.iam.operations.values()), (form, operation) => {
      const result = awsQuery.readInput(models.iam, operation, requestOf(form))
      if (!result.ok)
        expect(awsQuery.writeError(models.iam, result.error, 'id').status).toBeGreaterThan(399)
    }),
    { numRuns: 2000 },
  )
})
