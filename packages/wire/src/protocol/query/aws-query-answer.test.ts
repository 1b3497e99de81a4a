import { expect, test } from 'vitest'
import { loadModel } from '../../load-model.ts'
import type { OperationModel } from '../../model.ts'
import { notImplementedError, unknownOperationError } from '../framework-error.ts'
import { awsQuery } from './aws-query.ts'

// Goal: answers are written as IAM and STS write them. Method: a row per rule.

const models = { iam: loadModel('iam') }
const operationOf = (service: 'iam', name: string) =>
  models[service].operations.get(name) as OperationModel

// Answers. Source: recordings of IAM and STS; the namespaces from recordings of STS.
const iamXmlns = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"'
const metadata = '<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata>'
const outputs: readonly [rule: string, operation: string, output: unknown, xml: string][] = [
  [
    'no result where there is no output',
    'DeleteUser',
    undefined,
    `<DeleteUserResponse ${iamXmlns}>${metadata}</DeleteUserResponse>`,
  ],
  [
    'a result even if empty',
    'GetAccountSummary',
    {},
    `<GetAccountSummaryResponse ${iamXmlns}><GetAccountSummaryResult></GetAccountSummaryResult>${metadata}</GetAccountSummaryResponse>`,
  ],
  [
    'a map',
    'GetAccountSummary',
    { SummaryMap: { Users: 1 } },
    `<GetAccountSummaryResponse ${iamXmlns}><GetAccountSummaryResult><SummaryMap><entry><key>Users</key><value>1</value></entry></SummaryMap></GetAccountSummaryResult>${metadata}</GetAccountSummaryResponse>`,
  ],
  [
    'an empty list',
    'ListRoles',
    { Roles: [], IsTruncated: false },
    `<ListRolesResponse ${iamXmlns}><ListRolesResult><Roles/><IsTruncated>false</IsTruncated></ListRolesResult>${metadata}</ListRolesResponse>`,
  ],
  [
    'escapes, seconds, nothing unknown',
    'GetUser',
    {
      User: {
        UserName: 'a<&>"\r\u0001\ud800',
        CreateDate: new Date('2026-11-23T16:52:32.999Z'),
        Path: undefined,
        secret: 'x',
      },
    },
    `<GetUserResponse ${iamXmlns}><GetUserResult><User><UserName>a&lt;&amp;&gt;&quot;&#xD;\ufffd\ufffd</UserName><CreateDate>2026-11-23T16:52:32Z</CreateDate></User></GetUserResult>${metadata}</GetUserResponse>`,
  ],
]
for (const [rule, operation, output, xml] of outputs) {
  test(`writes ${rule}`, () => {
    const answer = awsQuery.writeOutput(models.iam, operationOf('iam', operation), output, 'id')
    expect(answer).toEqual({
      status: 200,
      headers: { 'content-type': 'text/xml', 'x-amzn-RequestId': 'id' },
      body: xml,
    })
  })
}

const errors: readonly [
  rule: string,
  error: { code: string; message?: string },
  status: number,
  xml: string,
][] = [
  [
    "the model's status",
    { code: 'NoSuchEntity', message: 'No <x>' },
    404,
    `<ErrorResponse ${iamXmlns}><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>No &lt;x&gt;</Message></Error><RequestId>id</RequestId></ErrorResponse>`,
  ],
  [
    'no message',
    { code: 'MalformedInput' },
    400,
    `<ErrorResponse ${iamXmlns}><Error><Type>Sender</Type><Code>MalformedInput</Code></Error><RequestId>id</RequestId></ErrorResponse>`,
  ],
  [
    'a fault of ours',
    { code: 'ServiceFailure', message: 'x' },
    500,
    `<ErrorResponse ${iamXmlns}><Error><Type>Receiver</Type><Code>ServiceFailure</Code><Message>x</Message></Error><RequestId>id</RequestId></ErrorResponse>`,
  ],
  [
    'an unknown operation',
    unknownOperationError('Foo', undefined),
    400,
    '<ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation Foo for version NO_VERSION_SPECIFIED</Message></Error><RequestId>id</RequestId></ErrorResponse>',
  ],
  [
    'what we lack',
    notImplementedError('Foo'),
    501,
    `<ErrorResponse ${iamXmlns}><Error><Type>Receiver</Type><Code>NotImplemented</Code><Message>The operation Foo is not implemented.</Message></Error><RequestId>id</RequestId></ErrorResponse>`,
  ],
  ['a body too large', { code: 'RequestEntityTooLarge' }, 413, ''],
]
for (const [rule, error, status, xml] of errors) {
  test(`writes the error: ${rule}`, () => {
    const answer = awsQuery.writeError(models.iam, error, 'id')
    expect([answer.status, answer.body]).toEqual([status, xml])
  })
}
