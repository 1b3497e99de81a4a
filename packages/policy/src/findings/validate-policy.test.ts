import fc from 'fast-check'
import { expect, test } from 'vitest'
import { actionData } from '../../action-data/index.ts'
import type { UnknownKeys } from '../../action-data/unknown-keys.ts'
import type { PolicyType } from '../authorization.ts'
import { issueCodes, type IssueCode } from './finding.ts'
import { validatePolicy } from './validate-policy.ts'

// Goal: every code with one document that triggers it and one near miss that does not. Method: a
// row gives what differs from a statement without findings. Source: IAM User Guide, "IAM policy
// validation check reference", the section of the code.

type Row = readonly [IssueCode, PolicyType, triggers: object, nearMiss: object]

const identityPolicy = 'identityPolicy'
const resourcePolicy = 'resourcePolicy'
const base: Readonly<Record<PolicyType, object>> = {
  identityPolicy: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' },
  resourcePolicy: {
    Effect: 'Allow',
    Principal: { AWS: '111122223333' },
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::b/*',
  },
  trustPolicy: { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' },
  permissionsBoundary: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
  sessionPolicy: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' },
  serviceControlPolicy: { Effect: 'Deny', Action: 's3:GetObject', Resource: '*' },
  resourceControlPolicy: { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: '*' },
  endpointPolicy: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' },
}

const without = undefined // JSON leaves an undefined member out.
const when = (operator: string, key: string, value: unknown) => ({
  Condition: { [operator]: { [key]: value } },
})
const to = (Resource: unknown) => ({ Resource })
const doing = (Action: unknown) => ({ Action, Resource: '*' })
const by = (Principal: unknown) => ({ Principal })
const passRole = 'iam:PassRole'
const role = 'arn:aws:iam::111122223333:role/app'

// prettier-ignore
const rows: readonly Row[] = [
  ['CONDITION_KEY_NOT_KNOWN', identityPolicy, { ...doing('ecs:StopTask'), ...when('StringEquals', 'aws:ResourceTag/team', 'a') }, when('StringEquals', 'aws:ResourceTag/team', 'a')],
  ['CONDITION_KEY_NOT_ALWAYS_KNOWN', identityPolicy, when('NumericLessThan', 's3:TlsVersion', '1.2'), when('StringEquals', 's3:prefix', 'a')],
  ['ARN_ACCOUNT_NOT_ALLOWED', identityPolicy, to('arn:aws:s3::111122223333:b/*'), to('arn:aws:s3:::b/*')],
  ['ARN_REGION_NOT_ALLOWED', identityPolicy, { Action: 'iam:GetUser', Resource: 'arn:aws:iam:us-east-1:111122223333:user/a' }, { Action: 'iam:GetUser', Resource: 'arn:aws:iam::111122223333:user/a' }],
  ['DATA_TYPE_MISMATCH', identityPolicy, { Effect: 1 }, {}],
  ['DUPLICATE_KEYS_WITH_DIFFERENT_CASE', identityPolicy, { Condition: { StringEquals: { 'aws:username': 'a', 'aws:UserName': 'b' } } }, { Condition: { StringEquals: { 'aws:username': 'a', 'aws:userid': 'b' } } }],
  ['EMPTY_VARIABLE', identityPolicy, to('arn:aws:s3:::b/${}'), to('arn:aws:s3:::b/${aws:username}')],
  ['INVALID_ACTION', identityPolicy, doing('s3:GetObjects'), doing('s3:getobject')],
  ['INVALID_ARN_ACCOUNT', identityPolicy, { Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:us-east-1:1111:q' }, { Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:us-east-1:111122223333:q' }],
  ['INVALID_ARN_PREFIX', identityPolicy, to('b/*'), to('arn:aws:s3:::b/*')],
  ['INVALID_ARN_REGION', identityPolicy, { Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:us-east:111122223333:q' }, { Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:us-*:111122223333:q' }],
  ['INVALID_ARN_RESOURCE', identityPolicy, { Action: 'iam:GetUser', Resource: 'arn:aws:iam::111122223333:people/a' }, { Action: 'iam:GetUser', Resource: 'arn:aws:iam::111122223333:user/a' }],
  ['INVALID_ARN_SERVICE_CASE', identityPolicy, to('arn:aws:S3:::b/*'), to('arn:aws:s3:::b/*')],
  ['INVALID_CONDITION_DATA_TYPE', identityPolicy, when('StringEquals', 'aws:username', { a: 1 }), when('StringEquals', 'aws:username', ['a'])],
  ['INVALID_CONDITION_KEY_FORMAT', identityPolicy, when('StringEquals', 'username', 'a'), when('StringEquals', 'aws:username', 'a')],
  ['INVALID_CONDITION_MULTIPLE_BOOLEAN', identityPolicy, when('Bool', 'aws:SecureTransport', ['true', 'false']), when('Bool', 'aws:SecureTransport', 'true')],
  ['INVALID_CONDITION_OPERATOR', identityPolicy, when('stringLike', 'aws:username', 'a'), when('StringLike', 'aws:username', 'a')],
  ['INVALID_EFFECT', identityPolicy, { Effect: 'allow' }, {}],
  ['INVALID_GLOBAL_CONDITION_KEY', identityPolicy, when('StringEquals', 'aws:user', 'a'), when('StringEquals', 'AWS:Username', 'a')],
  ['INVALID_PARTITION', identityPolicy, to('arn:aws-mars:s3:::b/*'), to('arn:aws-cn:s3:::b/*')],
  ['INVALID_PARTITION', identityPolicy, to('arn:aws-iso-z:s3:::b/*'), to('arn:aws-iso-e:s3:::b/*')],
  ['INVALID_POLICY_ELEMENT', identityPolicy, { resource: '*' }, {}],
  ['INVALID_PRINCIPAL_FORMAT', resourcePolicy, by({ AWS: '1111' }), by({ AWS: 'arn:aws:iam::111122223333:role/r' })],
  ['INVALID_PRINCIPAL_KEY', resourcePolicy, by({ aws: '111122223333' }), by({ CanonicalUser: 'a'.repeat(64) })],
  ['INVALID_REGION', identityPolicy, when('StringEquals', 'aws:RequestedRegion', 'us-east'), when('StringEquals', 'aws:RequestedRegion', 'us-east-1')],
  ['INVALID_SERVICE', identityPolicy, to('arn:aws:s4:::b'), to('arn:aws:s3:::b/*')],
  ['INVALID_SERVICE_CONDITION_KEY', identityPolicy, when('StringEquals', 's3:suffix', 'a'), when('StringEquals', 's3:ExistingObjectTag/team', 'a')],
  ['INVALID_SERVICE_IN_ACTION', identityPolicy, doing('s4:GetObject'), doing('S3:GetObject')],
  ['INVALID_SERVICE_PRINCIPAL_FORMAT', resourcePolicy, by({ Service: 'lambda' }), by({ Service: 'lambda.amazonaws.com' })],
  ['INVALID_VARIABLE_FOR_OPERATOR', identityPolicy, when('NumericEquals', 'aws:MultiFactorAuthAge', '${aws:userid}'), when('StringEquals', 'aws:username', '${aws:userid}')],
  ['MISSING_ACTION', identityPolicy, { Action: without }, {}],
  ['MISSING_ARN_FIELD', identityPolicy, to('arn:aws:s3:b'), to('arn:aws:s3*')],
  ['MISSING_BRACE_IN_VARIABLE', identityPolicy, to('arn:aws:s3:::b/${aws:username'), to('arn:aws:s3:::b/$aws:username'), ], ['MISSING_EFFECT', identityPolicy, { Effect: without }, {}], ['MISSING_PRINCIPAL', resourcePolicy, { Principal: without }, {}], ['MISSING_QUALIFIER', identityPolicy, when('StringEquals', 'aws:TagKeys', 'a'), when('ForAnyValue:StringEquals', 'aws:TagKeys', 'a'), ], ['MISSING_QUOTE_IN_VARIABLE', identityPolicy, to('arn:aws:s3:::b/${aws:username, ann}'), to("arn:aws:s3:::b/${aws:username, 'ann'}"), ], ['MISSING_RESOURCE', identityPolicy, { Resource: without }, {}], ['MISSING_TAG_KEY_IN_CONDITION', identityPolicy, when('StringEquals', 'aws:PrincipalTag', 'a'), when('StringEquals', 'aws:PrincipalTag/a', 'a'), ], ['NULL_WITH_IF_EXISTS', identityPolicy, when('NullIfExists', 'aws:username', 'true'), when('Null', 'aws:username', 'true'), ], ['PRIVATE_IP_ADDRESS', identityPolicy, when('IpAddress', 'aws:SourceIp', '10.1.0.0/16'), when('IpAddress', 'aws:VpcSourceIp', '10.1.0.0/16'), ], ['PRIVATE_NOT_IP_ADDRESS', identityPolicy, when('NotIpAddress', 'aws:SourceIp', '192.168.1.1'), when('NotIpAddress', 'aws:SourceIp', '192.0.2.1'), ], ['RCP_SYNTAX_ERROR_ACTION_WILDCARD', 'resourceControlPolicy', doing('*'), doing('s3:*')], ['RCP_SYNTAX_ERROR_ALLOW', 'resourceControlPolicy', { Effect: 'Allow' }, {}], ['RCP_SYNTAX_ERROR_NOTACTION', 'resourceControlPolicy', { Action: without, NotAction: 's3:*' }, {}, ], ['RCP_SYNTAX_ERROR_PRINCIPAL', 'resourceControlPolicy', by({ AWS: '111122223333' }), by({ AWS: '*' }), ], ['ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL', 'trustPolicy', by({ Federated: '*' }), by({ Federated: 'accounts.google.com' }), ], ['SCP_SYNTAX_ERROR_ACTION_WILDCARD', 'serviceControlPolicy', doing('s3:Get*Object'), doing('s3:Get*'), ], ['SCP_SYNTAX_ERROR_PRINCIPAL', 'serviceControlPolicy', by('*'), {}], ['TYPE_MISMATCH_BOOLEAN', identityPolicy, when('Bool', 'aws:SecureTransport', 'yes'), when('Bool', 'aws:SecureTransport', true), ], ['TYPE_MISMATCH_DATE', identityPolicy, when('DateLessThan', 'aws:CurrentTime', 'tomorrow'), when('DateLessThan', 'aws:CurrentTime', '2026-11-23T16:00:00Z'), ], ['TYPE_MISMATCH_IP_RANGE', identityPolicy, when('IpAddress', 'aws:SourceIp', '203.0.113.300'), when('IpAddress', 'aws:SourceIp', '2001:db8::/32'), ], ['TYPE_MISMATCH_NUMBER', identityPolicy, when('NumericLessThan', 'aws:MultiFactorAuthAge', 'an hour'), when('NumericLessThan', 'aws:MultiFactorAuthAge', '3600'), ], ['UNSUPPORTED_ACTION_IN_POLICY', identityPolicy, to('arn:aws:sqs:us-east-1:111122223333:q'), to('arn:aws:s3:::b/k'), ], ['UNSUPPORTED_ACTION_IN_POLICY', 'trustPolicy', { Action: 'iam:GetUser' }, { Action: 'sts:TagSession' }, ], ['UNSUPPORTED_ELEMENT_COMBINATION', identityPolicy, { NotAction: 's3:PutObject' }, {}], ['UNSUPPORTED_PRINCIPAL', identityPolicy, by('*'), {}], ['UNSUPPORTED_PRINCIPAL', resourcePolicy, by({ AWS: 'arn:aws:iam::111122223333:group/g' }), by({ AWS: 'arn:aws:iam::111122223333:user/g' }), ], ['UNSUPPORTED_SID', identityPolicy, { Sid: 'read it' }, { Sid: 'readIt' }], ['UNSUPPORTED_SPACE_IN_VARIABLE', identityPolicy, to('arn:aws:s3:::b/${aws: username}'), to('arn:aws:s3:::b/${aws:username}'), ], ['UNSUPPORTED_WILDCARD_IN_PRINCIPAL', resourcePolicy, by({ AWS: 'arn:aws:iam::111122223333:role/*' }), by({ AWS: '*' }), ], ['VARIABLE_UNSUPPORTED_IN_ELEMENT', resourcePolicy, by({ AWS: '${aws:PrincipalArn}' }), to('arn:aws:s3:::b/${aws:username}'), ], ['ALLOW_WITH_NOT_PRINCIPAL', resourcePolicy, { Principal: without, NotPrincipal: { AWS: '111122223333' } }, { Effect: 'Deny', Principal: without, NotPrincipal: { AWS: '111122223333' } }, ], ['FORALLVALUES_WITH_SINGLE_VALUED_KEY', identityPolicy, when('ForAllValues:StringEquals', 'aws:username', 'a'), when('ForAllValues:StringEquals', 'aws:TagKeys', 'a'), ], ['PASS_ROLE_WITH_STAR_IN_RESOURCE', identityPolicy, doing(passRole), { ...doing(passRole), ...when('StringEquals', 'iam:PassedToService', 'lambda.amazonaws.com') }, ], ['PASS_ROLE_WITH_NOT_RESOURCE', identityPolicy, { Action: passRole, Resource: without, NotResource: role }, { Action: passRole, Resource: role }, ], ['PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE', identityPolicy, doing('iam:*'), doing('iam:Get*')], ['PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE', identityPolicy, { Action: 'iam:Pass*', Resource: without, NotResource: role }, { Action: 'iam:Pass*', Resource: role }, ], ['PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION', identityPolicy, { Action: without, NotAction: 's3:*', Resource: '*' }, { Action: without, NotAction: ['s3:*', 'iam:*'], Resource: '*' }, ], ['PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE', identityPolicy, { Action: without, NotAction: 's3:*', Resource: without, NotResource: role }, { Action: without, NotAction: 'iam:PassRole', Resource: without, NotResource: role }, ], ['RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL', resourcePolicy, by({ Service: 'sns.amazonaws.com' }), {...by({ Service: 'sns.amazonaws.com' }), ...when('StringEquals', 'aws:SourceAccount', '111122223333'), }, ], ['ALLOW_WITH_NOT_ACTION', identityPolicy, { Action: without, NotAction: 'iam:*', Resource: '*' }, { Effect: 'Deny', Action: without, NotAction: 'iam:*', Resource: '*' }, ], ['CREATE_SLR_WITH_STAR_IN_RESOURCE', identityPolicy, doing('iam:CreateServiceLinkedRole'), {...doing('iam:CreateServiceLinkedRole'), ...when('StringEquals', 'iam:AWSServiceName', 'ecs.amazonaws.com'), }, ], ['DEPRECATED_GLOBAL_CONDITION_KEY', identityPolicy, when('StringEquals', 'aws:SourceOwner', '111122223333'), when('StringEquals', 'aws:SourceAccount', '111122223333'), ], ['INVALID_DATE_VALUE', identityPolicy, when('DateLessThan', 'aws:CurrentTime', '2026-02-30'), when('DateLessThan', 'aws:CurrentTime', '2024-02-29'), ], ['INVALID_ROLE_REFERENCE', 'trustPolicy', by({ AWS: 'AROAQEXAMPLEROLE23456' }), by({ AWS: role }), ], ['INVALID_USER_REFERENCE', 'trustPolicy', by({ AWS: 'AIDAQEXAMPLEUSER23456' }), by({ AWS: 'arn:aws:iam::111122223333:user/a' }), ], ['POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA', identityPolicy, to(`arn:aws:s3:::b/${'k'.repeat(6200)}`), to(`arn:aws:s3:::b/${'k'.repeat(5000)}`), ], ['WILDCARD_WITHOUT_LIKE_OPERATOR', identityPolicy, when('StringEquals', 'aws:username', 'a*'), when('StringLike', 'aws:username', 'a*'), ], ['EMPTY_ARRAY_ACTION', identityPolicy, { Action: [] }, { Action: ['s3:GetObject'] }], ['EMPTY_ARRAY_CONDITION', identityPolicy, when('StringEquals', 'aws:username', []), when('StringEquals', 'aws:username', ''), ], ['EMPTY_ARRAY_PRINCIPAL', resourcePolicy, by({ AWS: [] }), by({ AWS: ['111122223333'] })], ['EMPTY_ARRAY_RESOURCE', identityPolicy, { Resource: [] }, { Resource: ['arn:aws:s3:::b/*'] }], ['EMPTY_OBJECT_CONDITION', identityPolicy, { Condition: {} }, { Condition: without }], ['EMPTY_OBJECT_PRINCIPAL', resourcePolicy, by({}), by('*')], ['EMPTY_SID_VALUE', identityPolicy, { Sid: '' }, { Sid: 'a' }], ['IMPROVE_IP_RANGE', identityPolicy, when('IpAddress', 'aws:SourceIp', '203.0.113.7/24'), when('IpAddress', 'aws:SourceIp', '203.0.113.0/24'), ], ['NULL_WITH_QUALIFIER', identityPolicy, when('ForAnyValue:Null', 'aws:TagKeys', 'true'), when('Null', 'aws:TagKeys', 'true'), ], ['PRIVATE_IP_ADDRESS_SUBSET', identityPolicy, when('IpAddress', 'aws:SourceIp', '10.0.0.0/7'), when('IpAddress', 'aws:SourceIp', '0.0.0.0/0'), ], ['REDUNDANT_ACTION', identityPolicy, doing(['s3:Get*', 's3:GetObject']), doing(['s3:Get*', 's3:PutObject']), ], ['REDUNDANT_CONDITION_VALUE_NUM', identityPolicy, when('StringLike', 'aws:username', ['a*', 'ab']), when('StringLike', 'aws:username', ['a*', 'b']), ], ['REDUNDANT_RESOURCE', identityPolicy, to(['arn:aws:s3:::b/*', 'arn:aws:s3:::b/k']), to(['arn:aws:s3:::b/*', 'arn:aws:s3:::c/k']), ], ['WILDCARD_IN_SERVICE_NAME', identityPolicy, doing('s*:GetObject'), doing('s3:*')],
]

/** As a gate would list them. */
const unknownKeys: UnknownKeys = {
  never: {
    ecs: ['aws:ResourceTag/', 'ecs:ResourceTag/'],
    kms: ['kms:TrailingDaysWithoutKeyUsage'],
  },
  notAlways: { s3: ['s3:TlsVersion'] },
}

const version = '2012-10-17'
const statementOf = (policyType: PolicyType, change: object) => ({ ...base[policyType], ...change })
const codes = (policyType: PolicyType, document: unknown) =>
  validatePolicy(
    typeof document === 'string' ? document : JSON.stringify(document),
    policyType,
    actionData,
    unknownKeys,
  ).map((finding) => finding.issueCode)

for (const [code, policyType, triggers, nearMiss] of rows) {
  test(`${code} (${policyType})`, () => {
    const policy = (change: object) => ({
      Version: version,
      Statement: [statementOf(policyType, change)],
    })
    expect(codes(policyType, policy(triggers))).toContain(code)
    expect(codes(policyType, policy(nearMiss))).not.toContain(code)
  })
}

const allow = base.identityPolicy
// prettier-ignore
const documents: readonly [IssueCode, PolicyType, triggers: unknown, nearMiss: unknown][] = [
  ['JSON_SYNTAX_ERROR', identityPolicy, '{', { Version: version, Statement: [allow] }], ['MISSING_STATEMENT', identityPolicy, { Version: version }, { Version: version, Statement: allow }, ], ['MISSING_VERSION', identityPolicy, { Statement: [allow] }, { Version: '2008-10-17', Statement: [allow] }, ], ['INVALID_VERSION', identityPolicy, { Version: '2012-10-18', Statement: [allow] }, { Version: version, Statement: [allow] }, ], ['REDUNDANT_STATEMENT', identityPolicy, { Version: version, Statement: [{ ...allow, Sid: 'a' }, allow] }, { Version: version, Statement: [allow, { ...allow, Effect: 'Deny' }] }, ], ['UNIQUE_SIDS_REQUIRED', identityPolicy, {Version: version, Statement: [{ ...allow, Sid: 'a' }, { ...allow, Sid: 'a' }, ], }, {Version: version, Statement: [{ ...allow, Sid: 'a' }, { ...allow, Sid: 'b' }, ], }, ], ['UNIQUE_SIDS_RECOMMENDED', resourcePolicy, {Version: version, Statement: [{ ...allow, Sid: 'a' }, { ...allow, Sid: 'a' }, ], }, {Version: version, Statement: [{ ...allow, Sid: 'a' }, { ...allow, Sid: 'A' }, ], }, ], ['VARIABLE_UNSUPPORTED_IN_VERSION', identityPolicy, { Version: '2008-10-17', Statement: { ...allow, Resource: 'arn:aws:s3:::b/${aws:username}' } }, { Version: version, Statement: { ...allow, Resource: 'arn:aws:s3:::b/${aws:username}' } }, ],
]
for (const [code, policyType, triggers, nearMiss] of documents) {
  test(`${code} (${policyType}, whole document)`, () => {
    expect(codes(policyType, triggers)).toContain(code)
    expect(codes(policyType, nearMiss)).not.toContain(code)
  })
}

test('every code has a row', () => {
  const tested = new Set([...rows, ...documents].map(([code]) => code))
  expect(Object.keys(issueCodes).filter((code) => !tested.has(code as IssueCode))).toEqual([])
})

test('the base statements have no findings', () => {
  for (const [policyType, statement] of Object.entries(base)) {
    expect(codes(policyType as PolicyType, { Version: version, Statement: [statement] })).toEqual(
      [],
    )
  }
})

test('a finding stands where the value does', () => {
  const text = `{\n  "Version": "2012-10-17",\n  "Statement": {\n    "Effect": "allow",\n    "Action": "s3:GetObject", "Resource": "*"\n  }\n}`
  const [finding] = validatePolicy(text, identityPolicy, actionData)
  expect(finding).toMatchObject({ issueCode: 'INVALID_EFFECT', line: 4, column: 15 })
})

test('no text makes it throw', () => {
  const value = fc.json({ maxDepth: 5 })
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), value),
      fc.constantFrom(...Object.keys(base)),
      (text, type) => {
        validatePolicy(text, type as PolicyType, actionData)
        const inside = `{"Version":"2012-10-17","Statement":${text},"Condition":${text}}`
        validatePolicy(inside, type as PolicyType, actionData)
      },
    ),
  )
})
