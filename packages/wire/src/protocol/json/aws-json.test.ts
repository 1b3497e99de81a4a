import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadModel } from '../../load-model.ts'
import type { OperationModel } from '../../model.ts'
import { requestOf } from '../../testing/request.ts'
import { notImplementedError, unknownOperationError } from '../framework-error.ts'
import { bodyBytesMax } from '../limits.ts'
import { awsJson1_1 } from './aws-json.ts'

// Goal: JSON 1.1 is read, refused and answered as Organizations does.
// Method: a row per rule; then bytes that nobody meant. Wordings: public recordings of JSON services.

const model = loadModel('organizations')
const operationOf = (name: string) => model.operations.get(name) as OperationModel
const read = (name: string, body: string | Uint8Array) =>
  awsJson1_1.readInput(model, operationOf(name), requestOf(body))

test('the target names prefix and operation', () => {
  const rawHeaders = ['X-Amz-Target', 'AWSOrganizationsV20161128.ListRoots']
  const opened = awsJson1_1.open(requestOf('{}', { rawHeaders }))
  expect(opened).toMatchObject({
    ok: true,
    call: { target: 'AWSOrganizationsV20161128', operationName: 'ListRoots' },
  })
})

const refusals: readonly [rule: string, operation: string, body: string, error: object][] = [
  [
    'not JSON',
    'ListRoots',
    '{',
    { code: 'MalformedInput', message: 'The request body is not valid JSON.' },
  ],
  [
    'not an object',
    'ListRoots',
    '[]',
    { code: 'MalformedInput', message: 'START_ARRAY can not be converted to a structure or map' },
  ],
  [
    'a number for a string',
    'ListRoots',
    '{"NextToken":1}',
    { code: 'MalformedInput', message: 'NUMBER_VALUE can not be converted to a String' },
  ],
  [
    'a string for an integer',
    'ListRoots',
    '{"MaxResults":"1"}',
    { code: 'MalformedInput', message: 'STRING_VALUE can not be converted to an Integer' },
  ],
  [
    'required',
    'DescribeAccount',
    '{}',
    {
      code: 'InvalidInputException',
      message: 'You must include a value for all required parameters.',
      members: { Reason: 'INPUT_REQUIRED' },
    },
  ],
  [
    'pattern (recorded)',
    'DescribeAccount',
    '{"AccountId":"x"}',
    {
      code: 'InvalidInputException',
      message: 'You provided a value that does not match the required pattern.',
      members: { Reason: 'INVALID_PATTERN' },
    },
  ],
  [
    'range',
    'ListRoots',
    '{"MaxResults":21}',
    {
      code: 'InvalidInputException',
      message: 'You provided a numeric value that is larger than allowed.',
      members: { Reason: 'MAX_VALUE_EXCEEDED' },
    },
  ],
]
for (const [rule, operation, body, error] of refusals) {
  test(`refuses: ${rule}`, () => expect(read(operation, body)).toEqual({ ok: false, error }))
}

test('null is as good as absent, unknown members are ignored, an empty body is an empty object', () => {
  expect(read('ListRoots', '{"NextToken":null,"Foo":1,"__proto__":{"MaxResults":5}}')).toEqual({
    ok: true,
    input: {},
  })
  expect(read('ListRoots', '')).toEqual({ ok: true, input: {} })
})

test('bodyBytesMax: at it and one past it', () => {
  const body = (bytes: number) => `{"X":"${'x'.repeat(bytes - 8)}"}`
  expect(read('ListRoots', body(bodyBytesMax))).toEqual({ ok: true, input: {} })
  expect(read('ListRoots', body(bodyBytesMax + 1))).toEqual({
    ok: false,
    error: { code: 'RequestEntityTooLarge' },
  })
})

test('bytes that nobody meant are answered, never thrown', () => {
  const bodies = fc.oneof(
    fc.uint8Array(),
    fc.json().map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(bodies, fc.constantFrom(...model.operations.values()), (body, operation) => {
      const result = awsJson1_1.readInput(model, operation, requestOf(body))
      if (!result.ok) expect(awsJson1_1.writeError(model, result.error, 'id').status).toBe(400)
    }),
    { numRuns: 1000 },
  )
})

test('a list nested a million deep is refused, not a crash', () => {
  const result = read('CreateOrganizationalUnit', '['.repeat(1_000_000) + ']'.repeat(1_000_000))
  expect(result.ok).toBe(false)
})

const errors: readonly [
  rule: string,
  error: Parameters<typeof awsJson1_1.writeError>[1],
  status: number,
  body: object,
][] = [
  [
    "the model's own, always 400",
    { code: 'AWSOrganizationsNotInUseException', message: 'm' },
    400,
    { __type: 'com.amazonaws.organizations#AWSOrganizationsNotInUseException', Message: 'm' },
  ],
  [
    'further members',
    { code: 'InvalidInputException', message: 'm', members: { Reason: 'INVALID_PATTERN' } },
    400,
    {
      __type: 'com.amazonaws.organizations#InvalidInputException',
      Reason: 'INVALID_PATTERN',
      Message: 'm',
    },
  ],
  [
    'AccessDenied',
    { code: 'AccessDenied', message: 'm' },
    400,
    { __type: 'com.amazonaws.organizations#AccessDeniedException', Message: 'm' },
  ],
  [
    'no credentials',
    { code: 'MissingAuthenticationToken', message: 'm' },
    400,
    { __type: 'com.amazon.coral.service#MissingAuthenticationTokenException', message: 'm' },
  ],
  [
    'a wrong signature',
    { code: 'SignatureDoesNotMatch', message: 'm' },
    400,
    { __type: 'com.amazon.coral.service#InvalidSignatureException', message: 'm' },
  ],
  [
    'an unknown key',
    { code: 'InvalidClientTokenId', message: 'm' },
    400,
    { __type: 'com.amazon.coral.service#UnrecognizedClientException', message: 'm' },
  ],
  [
    'an unknown operation',
    unknownOperationError('Foo', 'x'),
    400,
    {
      __type: 'com.amazon.coral.service#UnknownOperationException',
      message: 'Could not find operation Foo for version x',
    },
  ],
  [
    'what we lack',
    notImplementedError('Foo'),
    501,
    {
      __type: 'com.amazon.coral.service#NotImplementedException',
      message: 'The operation Foo is not implemented.',
    },
  ],
  [
    'a bug of ours',
    { code: 'InternalFailure' },
    500,
    { __type: 'com.amazon.coral.service#InternalFailure' },
  ],
]
for (const [rule, error, status, body] of errors) {
  test(`writes the error: ${rule}`, () => {
    const answer = awsJson1_1.writeError(model, error, 'id')
    expect([answer.status, JSON.parse(answer.body as string)]).toEqual([status, body])
  })
}
