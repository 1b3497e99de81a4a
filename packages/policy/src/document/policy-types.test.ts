import { expect, test } from 'vitest'
import type { PolicyType } from '../authorization.ts'
import type { ParseOptions } from './parse-options.ts'
import { parsePolicy } from './parse-policy.ts'

// Goal: which elements each policy type may, must and must not have, and the words it is refused in.
// Method: one statement per row, parsed as the row's policy type.
const account = '111122223333'
const ann = `arn:aws:iam::${account}:user/ann`

function verdict(type: PolicyType, statement: unknown, options?: ParseOptions, top = {}): string {
  const document = { Version: '2012-10-17', Statement: statement, ...top }
  const result = parsePolicy(JSON.stringify(document), type, options)
  return result.ok ? 'ok' : result.problems[0].message
}

const trusting = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }
const orphan = { AWS: 'AIDAORPHANORPHANORPHA' }
const webIdentity = { Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' }
const github = {
  Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
}
const githubKey = 'token.actions.githubusercontent.com:sub'
const cognito = { Federated: 'cognito-identity.amazonaws.com' }
const cognitoKey = 'cognito-identity.amazonaws.com:aud'
const noPrincipals =
  'Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in policy has a statement with no principals!'
const notSts = 'AssumeRole policy may only specify STS AssumeRole actions.'
const notFederated = 'Federated principals must be valid domain names or SAML metadata ARNs'

// Sources: recorded from AWS (non-JSON, other actions, Resource); user reports; chosen by us.
const trustRows: readonly [
  what: string,
  statement: unknown,
  message: string,
  options?: ParseOptions,
][] = [
  ['an account', trusting, 'ok'],
  ['{"AWS":"*"}', { ...trusting, Principal: { AWS: '*' } }, 'ok'],
  ['a user', { ...trusting, Principal: { AWS: ann } }, 'ok'],
  [
    'a session',
    { ...trusting, Principal: { AWS: `arn:aws:sts::${account}:assumed-role/R/s` } },
    'ok',
  ],
  [
    'a federated user',
    { ...trusting, Principal: { AWS: `arn:aws:sts::${account}:federated-user/f` } },
    'ok',
  ],
  ['a service', { ...trusting, Principal: { Service: 'ec2.amazonaws.com' } }, 'ok'],
  ['every STS action', { ...trusting, Action: 'sts:*' }, 'ok'],
  ['sts:TagSession', { ...trusting, Action: ['STS:AssumeRole', 'sts:TagSession'] }, 'ok'],
  ['NotAction', { ...trusting, Action: undefined, NotAction: 'sts:TagSession' }, 'ok'],
  ['another action', { ...trusting, Action: 's3:GetObject' }, notSts],
  ['another action among STS actions', { ...trusting, Action: ['sts:*', 'iam:*'] }, notSts],
  ['Resource', { ...trusting, Resource: '*' }, 'Has prohibited field Resource'],
  [
    'NotResource',
    { ...trusting, NotResource: '*' },
    'AssumeRole policy must not contain resources.',
  ],
  ['no Principal', { ...trusting, Principal: undefined }, 'Missing required field Principal'],
  [
    'Principal {}',
    { ...trusting, Principal: {} },
    'Missing required field Principal cannot be empty!',
  ],
  [
    'Principal "*"',
    { ...trusting, Principal: '*' },
    'AssumeRolepolicy contained an invalid principal: "STAR":"*".',
  ],
  ['Principal text', { ...trusting, Principal: ann }, 'Principal must be a JSON object.'],
  ['Principal {"AWS":[]}', { ...trusting, Principal: { AWS: [] } }, noPrincipals],
  ['no Action', { ...trusting, Action: undefined }, 'Missing required field Action'],
  ['no Effect', { ...trusting, Effect: undefined }, 'Missing required field Effect'],
  ['Effect allow', { ...trusting, Effect: 'allow' }, 'Invalid effect: allow'],
  ['an empty Statement', [], 'Could not parse the policy: Statement is empty!'],
  [
    'a Sid twice',
    [
      { ...trusting, Sid: 'A' },
      { ...trusting, Sid: 'A' },
    ],
    'The Statement Ids in the policy are not unique',
  ],
  [
    'Allow with NotPrincipal',
    { ...trusting, Principal: undefined, NotPrincipal: { AWS: ann } },
    'Allow with NotPrincipal is not allowed.',
  ],
  [
    'Deny with NotPrincipal',
    { ...trusting, Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: ann } },
    'AssumeRole policy must not contain NotPrincipal field.',
  ],
  [
    'a user with a wildcard',
    { ...trusting, Principal: { AWS: `arn:aws:iam::${account}:user/*` } },
    `Invalid principal in policy: "AWS":"arn:aws:iam::${account}:user/*"`,
  ],
  [
    'a group',
    { ...trusting, Principal: { AWS: `arn:aws:iam::${account}:group/g` } },
    `Invalid principal in policy: "AWS":"arn:aws:iam::${account}:group/g"`,
  ],
  [
    'an account id of eleven digits',
    { ...trusting, Principal: { AWS: '11112222333' } },
    'Invalid principal in policy: "AWS":"11112222333"',
  ],
  [
    'a service that is none',
    { ...trusting, Principal: { Service: 'ec2' } },
    'Invalid principal in policy: "SERVICE":"ec2"',
  ],
  ['a provider that is none', { ...trusting, Principal: { Federated: 'x' } }, notFederated],
  [
    'a canonical user',
    { ...trusting, Principal: { CanonicalUser: 'ab'.repeat(32) } },
    `Invalid principal in policy: "CANONICALUSER":"${'ab'.repeat(32)}"`,
  ],
  ['an unknown element', { ...trusting, Comment: 'x' }, 'Unknown field Comment'],
  [
    'an orphan',
    { ...trusting, Principal: orphan },
    'Invalid principal in policy: "AWS":"AIDAORPHANORPHANORPHA"',
  ],
  ['an orphan, as saved', { ...trusting, Principal: orphan }, 'ok', { savedForm: true }],
  [
    'Cognito without audience',
    { ...webIdentity, Principal: cognito },
    'A condition block must be present for the Cognito provider',
  ],
  [
    'Cognito with audience',
    { ...webIdentity, Principal: cognito, Condition: { StringEquals: { [cognitoKey]: 'pool' } } },
    'ok',
  ],
  [
    'GitHub without sub',
    { ...webIdentity, Principal: github },
    `The trust policy must evaluate ${githubKey} with a value that is not only wildcards`,
  ],
  [
    'GitHub with any sub',
    { ...webIdentity, Principal: github, Condition: { StringLike: { [githubKey]: '*' } } },
    `The trust policy must evaluate ${githubKey} with a value that is not only wildcards`,
  ],
  [
    'GitHub with sub',
    { ...webIdentity, Principal: github, Condition: { StringLike: { [githubKey]: 'repo:o/*' } } },
    'ok',
  ],
  [
    'GitHub with job_workflow_ref',
    {
      ...webIdentity,
      Principal: github,
      Condition: { StringLike: { 'token.actions.githubusercontent.com:job_workflow_ref': 'o/r*' } },
    },
    'ok',
  ],
  ['Deny GitHub without sub', { ...webIdentity, Effect: 'Deny', Principal: github }, 'ok'],
]

for (const [what, statement, message, options] of trustRows) {
  test(`trust policy: ${what}`, () => {
    expect(verdict('trustPolicy', statement, options)).toBe(message)
  })
}

test('trust policy: not JSON (recorded from AWS)', () => {
  const result = parsePolicy('this is no JSON', 'trustPolicy')
  expect(result).toMatchObject({ problems: [{ message: 'This policy contains invalid Json' }] })
})

const trustTop: readonly [version: string | undefined, message: string][] = [
  ['2008-10-17', 'ok'],
  [undefined, 'ok'],
  ['2013-01-01', 'The policy must contain a valid version string'],
]
for (const [version, message] of trustTop) {
  test(`trust policy: version ${version ?? 'absent'}`, () => {
    expect(verdict('trustPolicy', trusting, {}, { Version: version })).toBe(message)
  })
}

const plain = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
const any = { ...plain, Principal: '*' }
const organizations =
  'The provided policy document does not meet the requirements of the specified policy type.'
const syntax = 'Syntax errors in policy.'

// Source: IAM User Guide, "IAM JSON policy element reference"; the columns of the element table.
const typeRows: readonly [PolicyType, what: string, unknown, message: string, ParseOptions?][] = [
  ['resourcePolicy', 'everybody', any, 'ok'],
  ['resourcePolicy', 'no Principal', plain, 'Missing required field Principal'],
  [
    'resourcePolicy',
    'no Resource',
    { ...any, Resource: undefined },
    'Missing required field Resource',
  ],
  ['resourcePolicy', 'no Action', { ...any, Action: undefined }, 'Missing required field Action'],
  ['resourcePolicy', 'a bad resource', { ...any, Resource: 'x' }, 'Policy has invalid resource'],
  [
    'resourcePolicy',
    'a bad principal',
    { ...any, Principal: { AWS: 'x' } },
    'Invalid principal in policy',
  ],
  [
    'resourcePolicy',
    'a canonical user',
    { ...any, Principal: { CanonicalUser: 'ab'.repeat(32) } },
    'ok',
  ],
  [
    'resourcePolicy',
    'an origin access identity',
    {
      ...any,
      Principal: { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' },
    },
    'ok',
  ],
  ['resourcePolicy', 'an unknown element', { ...any, X: 1 }, 'Unknown field X'],
  [
    'resourcePolicy',
    'Deny with NotPrincipal',
    { ...plain, Effect: 'Deny', NotPrincipal: { AWS: ann } },
    'ok',
  ],
  [
    'resourcePolicy',
    'Allow with NotPrincipal',
    { ...plain, NotPrincipal: { AWS: ann } },
    'Allow with NotPrincipal is not allowed.',
  ],
  [
    'resourcePolicy',
    'a Sid with space, hyphen, underscore',
    { ...any, Sid: 'Enable IAM_User-x' },
    'ok',
  ],
  ['resourcePolicy', 'an orphan', { ...any, Principal: orphan }, 'Invalid principal in policy'],
  [
    'resourcePolicy',
    'an orphan, as saved',
    { ...any, Principal: orphan },
    'ok',
    { savedForm: true },
  ],
  [
    'resourcePolicy',
    'both Principal and NotPrincipal',
    { ...any, NotPrincipal: '*' },
    'Invalid policy syntax.',
  ],
  ['endpointPolicy', 'everybody', any, 'ok'],
  ['endpointPolicy', 'no Principal', plain, 'Missing required field Principal'],
  ['endpointPolicy', 'Allow with NotPrincipal', { ...plain, NotPrincipal: { AWS: ann } }, 'ok'],
  ['permissionsBoundary', 'plain', plain, 'ok'],
  ['permissionsBoundary', 'a Principal', any, 'Policy document should not specify a principal.'],
  ['sessionPolicy', 'plain', plain, 'ok'],
  ['sessionPolicy', 'a Principal', any, 'Policy document should not specify a principal.'],
  [
    'sessionPolicy',
    'no Resource',
    { ...plain, Resource: undefined },
    'Policy statement must contain resources.',
  ],
  ['serviceControlPolicy', 'allow', plain, 'ok'],
  ['serviceControlPolicy', 'NotAction', { ...plain, Action: undefined, NotAction: 's3:*' }, 'ok'],
  [
    'serviceControlPolicy',
    'NotResource',
    { ...plain, Resource: undefined, NotResource: 'arn:aws:s3:::x' },
    'ok',
  ],
  ['serviceControlPolicy', 'a Principal', any, organizations],
  ['serviceControlPolicy', 'an unknown element', { ...plain, X: 1 }, organizations],
  ['resourceControlPolicy', 'deny', { ...any, Effect: 'Deny' }, 'ok'],
  ['resourceControlPolicy', 'allow', any, organizations],
  [
    'resourceControlPolicy',
    "AWS's RCPFullAWSAccess",
    { ...any, Action: '*' },
    'ok',
    { awsManaged: true },
  ],
  ['resourceControlPolicy', 'every action', { ...any, Effect: 'Deny', Action: '*' }, organizations],
  [
    'resourceControlPolicy',
    'NotAction',
    { ...any, Effect: 'Deny', Action: undefined, NotAction: 's3:*' },
    organizations,
  ],
  [
    'resourceControlPolicy',
    'a named principal',
    { ...any, Effect: 'Deny', Principal: { AWS: ann } },
    organizations,
  ],
  [
    'resourceControlPolicy',
    '{"AWS":"*"}',
    { ...any, Effect: 'Deny', Principal: { AWS: '*' } },
    organizations,
  ],
  [
    'resourceControlPolicy',
    'NotPrincipal',
    { ...plain, Effect: 'Deny', NotPrincipal: '*' },
    organizations,
  ],
  [
    'resourceControlPolicy',
    'NotResource',
    { ...any, Effect: 'Deny', Resource: undefined, NotResource: 'arn:aws:s3:::x' },
    'ok',
  ],
  [
    'identityPolicy',
    "China's partition there",
    { ...plain, Resource: 'arn:aws-cn:s3:::x' },
    'ok',
    { partition: 'aws-cn' },
  ],
  [
    'identityPolicy',
    'nothing of stage 1 spared for AWS',
    { ...plain, X: 1 },
    syntax,
    { awsManaged: true },
  ],
]

for (const [type, what, statement, message, options] of typeRows) {
  test(`${type}: ${what}`, () => {
    expect(verdict(type, statement, options)).toBe(message)
  })
}

const oldVersion: readonly [PolicyType, unknown, isAccepted: boolean][] = [
  ['identityPolicy', plain, false],
  ['permissionsBoundary', plain, false],
  ['serviceControlPolicy', plain, false],
  ['resourceControlPolicy', { ...any, Effect: 'Deny' }, false],
  ['sessionPolicy', plain, true],
  ['resourcePolicy', any, true],
  ['endpointPolicy', any, true],
]
for (const [type, statement, isAccepted] of oldVersion) {
  test(`${type} of version 2008-10-17: ${isAccepted ? 'accepted' : 'refused'}`, () => {
    const top = { Version: '2008-10-17' }
    expect(verdict(type, statement, {}, top) === 'ok').toBe(isAccepted)
    expect(verdict(type, statement, { anyVersion: true }, top)).toBe('ok')
  })
}
