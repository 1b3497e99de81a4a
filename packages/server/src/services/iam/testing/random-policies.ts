/** Policies and requests that meet often, for tests that compare: the documents IAM would store. */
import fc from 'fast-check'

const actions = ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 'iam:GetUser', 'kms:Decrypt']
const actionEntries = [...actions, '*', 's3:*', 's3:*Object', 'S3:GETOBJECT', 'iam:*', 'sqs:*']
const resources = [
  'arn:aws:s3:::bucket/home/Ann/key',
  'arn:aws:s3:::bucket/home/Bob/key',
  'arn:aws:s3:::bucket',
  'arn:aws:iam::111122223333:user/Ann',
  'arn:aws:kms:us-east-1:111122223333:key/one',
]
const resourceEntries = [
  ...resources,
  '*',
  'arn:aws:s3:::bucket/*',
  'arn:aws:s3:::bucket/home/${aws:username}/*',
  "arn:aws:s3:::bucket/home/${aws:PrincipalTag/Team, 'Ann'}/*",
  'arn:*:iam::*:user/*',
]

const conditions = fc.constantFrom(
  { StringEquals: { 'aws:username': 'Ann' } },
  { StringNotEquals: { 'aws:username': 'Ann' } },
  { StringLikeIfExists: { 's3:prefix': 'home/*' } },
  { StringEquals: { 's3:prefix': 'home/${aws:username}' } },
  { Null: { 's3:prefix': 'true' } },
  { Bool: { 'aws:SecureTransport': 'false' } },
  { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
  { StringEquals: { 'aws:PrincipalTag/Team': ['red', 'Ann'] } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
  { NumericLessThan: { 's3:max-keys': '10' } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } },
  { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } },
  { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } },
)

const some = (from: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength: 3 })

const effects = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny')

function statements(more: fc.Arbitrary<object>): fc.Arbitrary<object> {
  return fc
    .tuple(
      effects,
      fc.constantFrom('Action', 'Action', 'Action', 'NotAction'),
      some(actionEntries),
      fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'),
      some(resourceEntries),
      fc.option(conditions, { nil: undefined }),
      more,
    )
    .map(([Effect, action, actionList, resource, resourceList, Condition, rest]) => ({
      ...{ Effect, [action]: actionList, [resource]: resourceList, ...rest },
      ...(Condition && { Condition }),
    }))
}

function documents(statement: fc.Arbitrary<object>): fc.Arbitrary<string> {
  return fc
    .array(statement, { minLength: 1, maxLength: 3 })
    .map((Statement) => JSON.stringify({ Version: '2012-10-17', Statement }))
}

/** Identity policies and boundaries. */
export const identityPolicies = documents(statements(fc.constant({})))

/** Policies of a resource, for the user and others. */
export const resourcePolicies = documents(
  statements(
    fc.constantFrom(
      { Principal: '*' },
      { Principal: { AWS: 'arn:aws:iam::111122223333:user/Ann' } },
      { Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
      { Principal: { AWS: 'arn:aws:iam::444455556666:user/Bob' } },
      { Effect: 'Deny', NotPrincipal: { AWS: 'arn:aws:iam::444455556666:user/Bob' } },
    ),
  ),
)

/** What is asked, and what the operation adds to the context. */
export const questions = fc.record({
  action: fc.constantFrom(...actions, 'S3:getobject', 'sqs:SendMessage'),
  resource: fc.constantFrom(...resources),
  contextKeys: fc.record(
    {
      's3:prefix': fc.constantFrom('home/Ann', 'home/Bob', ''),
      's3:max-keys': fc.constantFrom('5', '50'),
      'aws:TagKeys': fc.constantFrom(['a'], ['a', 'c'], []),
    },
    { requiredKeys: [] },
  ),
})
