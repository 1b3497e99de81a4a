import type { GateEvent } from '@bailiwick/gateway'
import { loadModel } from '@bailiwick/wire'
import type { ModelledService, ServiceModel, Shape } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { eventLines } from './event.ts'
import { arn, at, caller, eventOf, iam, sts } from './testing/gate-event.ts'

// Goal: CloudTrail's shapes, for every kind of principal; no secret of any operation.
// Source: CloudTrail User Guide, "CloudTrail userIdentity element"; IAM User Guide, "Logging IAM
// and AWS STS API calls with AWS CloudTrail".
const accountId = '111122223333'
const otherAccountId = '444455556666'
const root = { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` } as const
const roleArn = `arn:aws:iam::${accountId}:role/p/R`
const roleSession = {
  kind: 'roleSession',
  accountId,
  roleArn,
  roleId: 'AROAR',
  sessionName: 's',
  arn: `arn:aws:sts::${accountId}:assumed-role/R/s`,
  serviceLinked: false,
} as const
const session = {
  kind: 'sessionToken',
  issuedAt: at,
  expiresAt: at,
  multiFactorAuthenticated: true,
  tags: [],
  transitiveTagKeys: [],
} as const
const attributes = { creationDate: '2026-11-23T16:52:32Z', mfaAuthenticated: 'true' }
const key = { accountId, accessKeyId: 'AKIDEXAMPLE' }
const user = { type: 'IAMUser', principalId: 'AIDAANN', arn, ...key, userName: 'ann' }
const { userName: _, ...nameless } = caller
const federated = { kind: 'federated', provider: 'https://issuer' } as const
const proven = {
  kind: 'webIdentity',
  accountId: otherAccountId,
  ...{ provider: 'https://issuer', subject: 'sub', audience: 'aud' },
  ...{ tags: [], transitiveTagKeys: [], sessionContextKeys: {} },
} as const
const { accountId: __, accessKeyId: ___, ...homeless } = nameless
const vouchedFor = { ...homeless, userName: 'sub', principal: federated }

function recordsOf(change: Partial<GateEvent>): Record<string, unknown>[] {
  const lines = eventLines(eventOf(change)) ?? ''
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

const identities: readonly [what: string, caller: GateEvent['caller'], expected: object][] = [
  ['a user', caller, user],
  ['a session of a user', { ...caller, session }, { ...user, sessionContext: { attributes } }],
  [
    'root',
    { ...nameless, principal: root, arn: root.arn, userId: accountId },
    { type: 'Root', principalId: accountId, arn: root.arn, ...key },
  ],
  [
    'root of an account with an alias',
    { ...nameless, principal: root, arn: root.arn, userId: accountId, accountAlias: 'acme' },
    { type: 'Root', principalId: accountId, arn: root.arn, ...key, userName: 'acme' },
  ],
  [
    'a role session of a web identity token',
    {
      ...{ ...nameless, principal: roleSession, arn: roleSession.arn, userId: 'AROAR:s' },
      session: { ...session, kind: 'assumedRole' },
      contextKeys: new Map([['aws:federatedprovider', 'arn:aws:iam::1:oidc-provider/issuer']]),
    },
    {
      ...{ type: 'AssumedRole', principalId: 'AROAR:s', arn: roleSession.arn, ...key },
      sessionContext: {
        sessionIssuer: {
          ...{ type: 'Role', principalId: 'AROAR', arn: roleArn, accountId, userName: 'R' },
        },
        webIdFederationData: {
          federatedProvider: 'arn:aws:iam::1:oidc-provider/issuer',
          attributes: {},
        },
        attributes,
      },
    },
  ],
  [
    'a role session',
    {
      ...{ ...nameless, principal: roleSession, arn: roleSession.arn, userId: 'AROAR:s' },
      session: { ...session, kind: 'assumedRole', sourceIdentity: 'who' },
    },
    {
      ...{ type: 'AssumedRole', principalId: 'AROAR:s', arn: roleSession.arn, ...key },
      sessionContext: {
        sessionIssuer: {
          ...{ type: 'Role', principalId: 'AROAR', arn: roleArn, accountId, userName: 'R' },
        },
        attributes,
        sourceIdentity: 'who',
      },
    },
  ],
  [
    'a federated user',
    {
      ...nameless,
      ...{ principal: { kind: 'federatedUser', accountId, arn: 'f', creator: caller.principal } },
      ...{ arn: 'f', userId: `${accountId}:f`, session: { ...session, kind: 'federatedUser' } },
    },
    {
      ...{ type: 'FederatedUser', principalId: `${accountId}:f`, arn: 'f', ...key },
      sessionContext: {
        sessionIssuer: { type: 'IAMUser', principalId: 'AIDAANN', arn, accountId, userName: 'ann' },
        attributes,
      },
    },
  ],
  [
    'a federated user of root',
    {
      ...nameless,
      ...{ principal: { kind: 'federatedUser', accountId, arn: 'f', creator: root } },
      ...{ arn: 'f', userId: `${accountId}:f`, session: { ...session, kind: 'federatedUser' } },
    },
    {
      ...{ type: 'FederatedUser', principalId: `${accountId}:f`, arn: 'f', ...key },
      sessionContext: {
        sessionIssuer: { type: 'Root', principalId: accountId, arn: root.arn, accountId },
        attributes,
      },
    },
  ],
  [
    'who comes with a web identity token',
    { ...vouchedFor, userId: 'https://issuer:aud:sub', proven },
    {
      ...{ type: 'WebIdentityUser', principalId: 'https://issuer:aud:sub', userName: 'sub' },
      identityProvider: 'https://issuer',
    },
  ],
  [
    'who comes with a SAML assertion',
    {
      ...{ ...vouchedFor, userId: 'hash=:sub' },
      proven: { ...proven, kind: 'saml', nameQualifier: 'hash=' },
    },
    { type: 'SAMLUser', principalId: 'hash=:sub', userName: 'sub', identityProvider: 'hash=' },
  ],
  [
    'a service',
    { ...homeless, principal: { kind: 'service', serviceNames: ['lambda.amazonaws.com'] } },
    { type: 'AWSService', invokedBy: 'lambda.amazonaws.com' },
  ],
]

test.each(identities)('%s', (_what, who, expected) => {
  const [record] = recordsOf({ ...(who && { caller: who }) })
  expect(record?.['userIdentity']).toEqual(expected)
})

const RoleArn = `arn:aws:iam::${otherAccountId}:role/R`
const assumed: Partial<GateEvent> = {
  service: sts,
  operation: 'AssumeRole',
  mutates: false,
  input: {
    RoleArn,
    RoleSessionName: 's',
    Tags: [{ Key: 'Team', Value: 'x' }],
    TransitiveTagKeys: ['Team'],
  },
  output: {
    Credentials: {
      AccessKeyId: 'ASIA',
      SecretAccessKey: 'secret',
      SessionToken: 'token',
      Expiration: new Date('2021-01-22T00:46:28Z'),
    },
    AssumedRoleUser: { AssumedRoleId: 'AROAR:s', Arn: 'a' },
  },
  checks: [
    { check: { resourceArn: RoleArn, resourceAccountId: otherAccountId } },
  ] as unknown as GateEvent['checks'],
}

test('AssumeRole across accounts is in both, under one shared id', () => {
  const [own, owner, ...more] = recordsOf(assumed)
  expect(more).toEqual([])
  expect(own).toMatchObject({
    userIdentity: user,
    recipientAccountId: accountId,
    requestParameters: {
      roleArn: RoleArn,
      roleSessionName: 's',
      principalTags: { Team: 'x' },
      transitiveTagKeys: ['Team'],
    },
    responseElements: {
      credentials: {
        accessKeyId: 'ASIA',
        sessionToken: 'HIDDEN_DUE_TO_SECURITY_REASONS',
        expiration: 'Jan 22, 2021 12:46:28 AM',
      },
      assumedRoleUser: { assumedRoleId: 'AROAR:s', arn: 'a' },
    },
    resources: [{ ARN: RoleArn, accountId: otherAccountId, type: 'AWS::IAM::Role' }],
    readOnly: true,
  })
  expect(own?.['requestParameters']).not.toHaveProperty('tags')
  expect(own).not.toHaveProperty('responseElements.credentials.secretAccessKey')
  expect(owner).toMatchObject({
    userIdentity: { type: 'AWSAccount', principalId: 'AIDAANN', accountId },
    recipientAccountId: otherAccountId,
    sharedEventID: own?.['sharedEventID'],
  })
  expect(own?.['sharedEventID']).toMatch(/^[0-9a-f-]{36}$/)
  expect(owner?.['eventID']).not.toBe(own?.['eventID'])
  expect({ ...owner, ...own }).toEqual(own)
})

test('what another account refused is not in its log', () => {
  const error = { code: 'AccessDenied', message: 'no' }
  const records = recordsOf({ ...assumed, error, output: undefined })
  expect(records).toHaveLength(1)
  expect(records[0]).not.toHaveProperty('sharedEventID')
  expect(records[0]).toMatchObject({ errorCode: 'AccessDenied', errorMessage: 'no' })
})

test('who has no account is recorded in the role’s', () => {
  const who = { ...vouchedFor, proven }
  const records = recordsOf({ ...assumed, operation: 'AssumeRoleWithWebIdentity', caller: who })
  expect(records).toMatchObject([{ recipientAccountId: otherAccountId }])
})

const errorCodes = [
  ['NoSuchEntity', 'NoSuchEntityException'],
  ['EntityAlreadyExists', 'EntityAlreadyExistsException'],
  ['AccessDenied', 'AccessDenied'],
] as const

test.each(errorCodes)('%s is recorded as %s', (code, errorCode) => {
  const [record] = recordsOf({ error: { code, message: 'm' } })
  expect(record).toMatchObject({ errorCode, responseElements: null })
})

test('dates within an answer are as Java writes them', () => {
  const output = { User: { CreateDate: new Date('2026-03-04T13:05:06Z') } }
  const [record] = recordsOf({ operation: 'CreateUser', output })
  expect(record).toHaveProperty('responseElements.user.createDate', 'Mar 4, 2026 1:05:06 PM')
})

/** What is as good as a password, by name: an own list, beside the models' marks. */
const secretName =
  /^(SecretAccessKey|SessionToken|TokenCode|AuthenticationCode\d|.*Assertion|(New|Old)?Password|ServicePassword|ServiceCredentialSecret|PrivateKey|AddPrivateKey|Base32StringSeed|QRCodePNG|WebIdentityToken|TradeInToken)$/
const mark = 'the-secret'

/** A value in which every member is set, and every secret one is the mark. */
function marked(shape: Shape, name: string, depth = 0): unknown {
  const isSecret = shape.sensitive === true || secretName.test(name)
  if (isSecret && shape.kind === 'blob') return Buffer.from(mark)
  if (isSecret && shape.kind === 'string') return mark
  switch (shape.kind) {
    case 'structure': {
      const members = depth > 8 ? [] : shape.members
      return Object.fromEntries(
        members.map((member) => [member.name, marked(member.shape, member.name, depth + 1)]),
      )
    }
    case 'list':
      return [marked(shape.member, name, depth + 1)]
    case 'map':
      return {}
    case 'boolean':
      return true
    case 'timestamp':
      return at
    case 'blob':
      return Buffer.from('x')
    case 'string':
      return 'x'
    default:
      return 1
  }
}

const services: readonly ModelledService[] = ['iam', 'sts', 'organizations']

test.each(services)('no operation of %s leaves a secret behind', (name) => {
  const service: ServiceModel = loadModel(name)
  let secretCount = 0
  for (const { name: operation, input, output } of service.operations.values()) {
    const values = {
      ...(input && { input: marked(input, '') }),
      ...(output && { output: marked(output, '') }),
    }
    secretCount += JSON.stringify(values).split(mark).length - 1
    const lines = eventLines(eventOf({ service, operation, mutates: true, ...values })) ?? ''
    expect(lines, operation).not.toContain(mark)
    expect(lines, operation).not.toContain(Buffer.from(mark).toString('base64'))
    expect(lines, operation).toContain(operation)
  }
  expect(secretCount).toBeGreaterThan(10)
})

test('who is not known, and a request for no service, leaves none', () => {
  const { service: _service, ...elsewhere } = eventOf({})
  expect(eventLines(elsewhere)).toBeUndefined()
  const anonymous = { ...homeless, principal: { kind: 'anonymous' } } as const
  const error = { code: 'InvalidIdentityToken', message: '' }
  expect(eventLines(eventOf({ service: iam, caller: anonymous, error }))).toBeUndefined()
})

test('over TLS the record says how, without it nothing', () => {
  const tls = { version: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256' }
  const [record] = recordsOf({ secure: true, tls, host: 'iam.example.com' })
  expect(record?.['tlsDetails']).toEqual({
    tlsVersion: 'TLSv1.3',
    cipherSuite: 'TLS_AES_128_GCM_SHA256',
    clientProvidedHostHeader: 'iam.example.com',
  })
  expect(recordsOf({ secure: false })[0]).not.toHaveProperty('tlsDetails')
})
