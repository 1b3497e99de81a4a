import { expect, test } from 'vitest'
import { parsePolicy } from './parse-policy.ts'

// Goal: AWS's wording for every fault of an identity policy, and the order of its checks.
// Method: a row per row of the recorded messages; then pairs of faults, of which one is reported.
const syntax = 'Syntax errors in policy.'
const legacy = 'The policy failed legacy parsing'
const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }

function policy(change: object, document: object = {}): object {
  return { Version: '2012-10-17', Statement: { ...allow, ...change }, ...document }
}

function withDate(value: string): object {
  return policy({ Condition: { DateLessThan: { 'aws:CurrentTime': value } } })
}

/** The message of the first problem; `ok` where there is none. */
function verdict(document: unknown): string {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  const result = parsePolicy(text, 'identityPolicy')
  return result.ok ? 'ok' : result.problems[0].message
}

const iamTypes =
  'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, ' +
  'group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, ' +
  'oidc-provider/, report/, access-report/.'

// Source: recorded from AWS (CreatePolicy), unless a row says otherwise.
const rows: readonly [what: string, document: unknown, message: string][] = [
  // Stage 1: JSON and grammar.
  ['not JSON', 'This is not a json document', syntax],
  ['nothing', '', syntax],
  ['a JSON string', '"This is not a json document"', syntax],
  ['a list', '[]', syntax],
  ['null', 'null', syntax],
  ['a comment (RFC 8259)', `/* */${JSON.stringify(policy({}))}`, syntax],
  ['a trailing comma (RFC 8259)', '{"Version":"2012-10-17",}', syntax],
  ['something after the document', `${JSON.stringify(policy({}))}x`, syntax],
  ['an unknown element', policy({}, { Comment: 'x' }), syntax],
  ['an unknown element of a statement', policy({ Comment: 'x' }), syntax],
  ['an element in another case', policy({ effect: 'Allow' }), syntax],
  ['an element twice', '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}', syntax],
  [
    'an element of a statement twice',
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Effect":"Allow","Action":"*","Resource":"*"}}',
    syntax,
  ],
  ['no Statement', { Version: '2012-10-17' }, syntax],
  ['an empty Statement', { Version: '2012-10-17', Statement: [] }, syntax],
  ['a Statement that is text', { Version: '2012-10-17', Statement: 'x' }, syntax],
  ['a statement that is text', { Version: '2012-10-17', Statement: ['x'] }, syntax],
  ['no Effect', policy({ Effect: undefined }), syntax],
  ['an Effect that is neither', policy({ Effect: 'Maybe' }), syntax],
  ['an Effect that is a boolean', policy({ Effect: true }), syntax],
  ['an Action that is a number', policy({ Action: 5 }), syntax],
  ['an Action that is an object', policy({ Action: {} }), syntax],
  ['a null among actions', policy({ Action: ['s3:*', null] }), syntax],
  ['a Resource that is a number', policy({ Resource: 5 }), syntax],
  ['a Resource that is null', policy({ Resource: null }), syntax],
  ['a null among resources', policy({ Resource: ['*', null] }), 'ok'],
  ['a list in a list of resources', policy({ Resource: [['*']] }), syntax],
  ['a Condition that is text', policy({ Condition: 'x' }), syntax],
  ['a Condition that is a list', policy({ Condition: [] }), syntax],
  ['an operator that is text', policy({ Condition: { StringEquals: 'x' } }), syntax],
  ['a value that is an object', policy({ Condition: { StringEquals: { a: {} } } }), syntax],
  ['a value that is null', policy({ Condition: { StringEquals: { a: null } } }), syntax],
  ['a value that is a list of lists', policy({ Condition: { StringEquals: { a: [[]] } } }), syntax],
  ['a boolean value', policy({ Condition: { Bool: { a: true } } }), 'ok'],
  ['a number value', policy({ Condition: { NumericEquals: { a: [1, 2.5] } } }), 'ok'],
  ['an empty list of values', policy({ Condition: { StringEquals: { a: [] } } }), 'ok'],
  ['an unknown operator', policy({ Condition: { StringIs: { a: 'b' } } }), syntax],
  ['an unknown operator without keys', policy({ Condition: { StringIs: {} } }), 'ok'],
  ['an operator in another case', policy({ Condition: { stringequals: { a: 'b' } } }), syntax],
  ['an unknown set operator', policy({ Condition: { 'ForSome:Bool': { a: 'b' } } }), syntax],
  ['Null with IfExists', policy({ Condition: { NullIfExists: { a: 'true' } } }), syntax],
  [
    'Null with a set operator',
    policy({ Condition: { 'ForAnyValue:Null': { a: 'true' } } }),
    syntax,
  ],
  [
    'a set operator and IfExists',
    policy({ Condition: { 'ForAnyValue:StringLikeIfExists': { a: 'b' } } }),
    'ok',
  ],
  ['a Sid that is a number', policy({ Sid: 5 }), syntax],
  ['an Id that is a number', policy({}, { Id: 5 }), syntax],
  ['an Id', policy({}, { Id: 'sdfsdfsdf' }), 'ok'],
  ['Action and NotAction', policy({ NotAction: 's3:*' }), syntax],
  ['Action and an empty NotAction', policy({ NotAction: [] }), syntax],
  ['Resource and NotResource', policy({ NotResource: '*' }), syntax],
  ['a Version that is none', policy({}, { Version: '2020-01-01' }), syntax],
  ['a Version that is a number', policy({}, { Version: 2012 }), syntax],
  // Stage 2.
  ['no Version', policy({}, { Version: undefined }), versionRequired()],
  ['version 2008-10-17', policy({}, { Version: '2008-10-17' }), versionRequired()],
  // Stage 3: the legacy parser.
  ['Effect allow', policy({ Effect: 'allow' }), legacy],
  ['Effect denY', policy({ Effect: 'denY' }), legacy],
  ['an ARN with too few parts', policy({ Resource: 'arn:aws:s3::x' }), legacy],
  ['an ARN without service', policy({ Resource: 'arn:aws::::x' }), legacy],
  ['a short ARN whose service ends in *', policy({ Resource: 'arn:aws:s3*' }), legacy],
  [
    "a short ARN that ends in *, as in AWS's own policies",
    policy({ Resource: 'arn:aws:rds:*' }),
    'ok',
  ],
  ['a date that is none', withDate('sdfdsf'), legacy],
  ['a month that is none', withDate('234-13'), legacy],
  ['an offset of one digit', withDate('2020-01-01T00:00:00+1'), legacy],
  ['a fraction of ten digits', withDate('2020-01-01T00:00:00.1999999999+10:59'), legacy],
  ['a fraction of nine digits', withDate('2020-01-01T00:00:00.199999999+10:59'), 'ok'],
  ['an epoch time past 2^63', withDate('9223372036854775808'), legacy],
  ['the last epoch time', withDate('9223372036854775807'), 'ok'],
  ['a year and a T', withDate('01T'), 'ok'],
  // Stage 4.
  ['a Sid twice', { Version: '2012-10-17', Statement: [withSid('A'), withSid('A')] }, sidUnique()],
  ['a Sid in two cases', { Version: '2012-10-17', Statement: [withSid('A'), withSid('a')] }, 'ok'],
  ['an empty Sid twice', { Version: '2012-10-17', Statement: [withSid(''), withSid('')] }, 'ok'],
  [
    'a Sid with a space (IAM User Guide, Sid)',
    policy({ Sid: 'a b' }),
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  ],
  ['a Principal', policy({ Principal: '*' }), 'Policy document should not specify a principal.'],
  [
    'a NotPrincipal',
    policy({ NotPrincipal: '*' }),
    'Policy document should not specify a principal.',
  ],
  // Stage 5.
  ['no Action', policy({ Action: undefined }), 'Policy statement must contain actions.'],
  ['an empty Action', policy({ Action: [] }), 'Policy statement must contain actions.'],
  // Stage 6: resources.
  ['no colon', policy({ Resource: 'sdfsadf' }), 'Resource sdfsadf must be in ARN format or "*".'],
  ['an empty resource', policy({ Resource: '' }), 'Resource  must be in ARN format or "*".'],
  [
    'a partition that is none',
    policy({ Resource: 'a:b:cadfsdf' }),
    partition('b', 'arn:b:cadfsdf:*:*:*'),
  ],
  [
    'no arn in front',
    policy({ Resource: 'aws:s3:::example_bucket' }),
    partition('s3', 'arn:s3:::example_bucket:*'),
  ],
  [
    'another real partition',
    policy({ Resource: 'arn:aws-cn:s3:::x' }),
    partition('aws-cn', 'arn:aws-cn:s3:::x'),
  ],
  ['any partition', policy({ Resource: 'arn:*:s3:::x' }), 'ok'],
  [
    'arn:aws',
    policy({ Resource: 'arn:aws' }),
    'Resource vendor must be fully qualified and cannot contain regexes.',
  ],
  [
    'a service with a wildcard',
    policy({ Resource: 'arn:aws:s*:::x' }),
    'Resource vendor must be fully qualified and cannot contain regexes.',
  ],
  [
    'a region in an IAM ARN',
    policy({ Resource: 'arn:aws:iam:us-east-1::user/x' }),
    'IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.',
  ],
  [
    'a region in an S3 ARN',
    policy({ Resource: 'arn:aws:s3:us-east-1::x' }),
    'Resource arn:aws:s3:us-east-1::x can not contain region information.',
  ],
  [
    'a region in an access point ARN',
    policy({ Resource: 'arn:aws:s3:us-east-1:111122223333:accesspoint/x' }),
    'ok',
  ],
  ['an IAM type that is none', policy({ Resource: 'arn:aws:iam::111122223333:usr/x' }), iamTypes],
  [
    'a delegation request (Service Authorization Reference)',
    policy({ Resource: 'arn:aws:iam::*:delegation-request/*' }),
    'ok',
  ],
  [
    'a role template (Service Authorization Reference)',
    policy({ Resource: 'arn:aws:iam::aws:role-template/x.amazonaws.com/T:1' }),
    'ok',
  ],
  ['every IAM resource', policy({ Resource: 'arn:aws:iam::111122223333:*' }), 'ok'],
  ['the root user', policy({ Resource: 'arn:aws:iam::111122223333:root' }), 'ok'],
  [
    'the first of two bad resources',
    policy({ Resource: ['*', 'bad1', 'bad2'] }),
    'Resource bad1 must be in ARN format or "*".',
  ],
  [
    'NotResource is checked alike',
    policy({ Resource: undefined, NotResource: 'x' }),
    'Resource x must be in ARN format or "*".',
  ],
  // Stage 7: actions.
  ['an action without service', policy({ Action: 'GetObject' }), preface()],
  ['an empty action', policy({ Action: '' }), preface()],
  [
    'two colons',
    policy({ Action: 's3:Get:Object' }),
    'Actions/Condition can contain only one colon.',
  ],
  ['a service with a space', policy({ Action: 'a a:X' }), 'Vendor a a is not valid'],
  ['a service with a wildcard', policy({ Action: 's*:X' }), 'Vendor s* is not valid'],
  ['an unknown service', policy({ Action: 'no.such-1:X' }), 'ok'],
  ['NotAction is checked alike', policy({ Action: undefined, NotAction: 'x' }), preface()],
  // Stage 8.
  ['no Resource', policy({ Resource: undefined }), 'Policy statement must contain resources.'],
  ['an empty Resource', policy({ Resource: [] }), 'Policy statement must contain resources.'],
  // Which of two faults is reported.
  ['grammar before version', policy({ Effect: 'x' }, { Version: '2008-10-17' }), syntax],
  [
    'version before the legacy parser',
    policy({ Effect: 'allow' }, { Version: undefined }),
    versionRequired(),
  ],
  ['the legacy parser before Sids', policy({ Effect: 'allow', Sid: 'a b' }), legacy],
  [
    'actions present before resource format',
    policy({ Action: [], Resource: 'x' }),
    'Policy statement must contain actions.',
  ],
  [
    'resource format before action format',
    policy({ Action: 'x', Resource: 'x' }),
    'Resource x must be in ARN format or "*".',
  ],
  ['action format before resources present', policy({ Action: 'x', Resource: [] }), preface()],
  [
    'a malformed resource spares its statement the legacy check',
    policy({ Resource: ['arn:aws:s3::x', 'bad'] }),
    'Resource bad must be in ARN format or "*".',
  ],
  ['but not another element', policy({ Effect: 'allow', Resource: 'bad' }), legacy],
  [
    'stages run over all statements: the second one has the earlier fault',
    {
      Version: '2012-10-17',
      Statement: [
        { ...allow, Action: 'x' },
        { ...allow, Resource: 'x' },
      ],
    },
    'Resource x must be in ARN format or "*".',
  ],
]

function withSid(sid: string): object {
  return { ...allow, Sid: sid }
}

function versionRequired(): string {
  return 'Policy document must be version 2012-10-17 or greater.'
}

function sidUnique(): string {
  return 'Statement IDs (SID) in a single policy must be unique.'
}

function preface(): string {
  return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
}

function partition(name: string, arn: string): string {
  return `Partition "${name}" is not valid for resource "${arn}".`
}

for (const [what, document, message] of rows) {
  test(`identity policy: ${what}`, () => {
    expect(verdict(document)).toBe(message)
  })
}
