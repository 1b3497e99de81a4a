import type { OperationInput } from '@bailiwick/wire'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Caller } from '../caller.ts'
import { accountId, callerWith, identityPolicy } from '../testing/gate.ts'
import { ann, bob, KeptGate, otherAccountId, strangerWith } from '../testing/kept-gate.ts'
import { bucketOf, savedPolicyOf } from '../testing/resources.ts'
import { keyPolicyBytesMax } from './kms.ts'
import type { Resource } from './resource.ts'

// Goal: a key's policy and its grants alone say who reaches it, by its id, its alias, or what it has
// encrypted. Method: the gate before a backend that keeps what arrives. Sources: evaluation-logic §5.2;
// KMS Developer Guide, "Key policies", "Grants in AWS KMS"; KMS API Reference.
const house = new KeptGate('kms')
beforeAll(() => house.open())
afterAll(() => house.close())

const prefix = `arn:aws:kms:us-east-1:${accountId}`
const id = '1234abcd-12ab-34cd-56ef-1234567890ab'
const arn = `${prefix}:key/${id}`
const recordOf = (of: string, fields: Partial<Resource> = {}): Resource => ({
  ...bucketOf(of),
  arn: of,
  service: 'kms',
  type: of.includes(':alias/') ? 'alias' : 'key',
  ...fields,
})
const alias = recordOf(`${prefix}:alias/app`, { settings: { key: arn } })
const blob = new Uint8Array([1])
const decrypted = { KeyId: arn, Plaintext: 'aGk=' }
const opened = () => {
  house.replies.Decrypt = [200, decrypted]
}
beforeEach(() => {
  house.reset(recordOf(arn), alias)
  opened()
})

const allow = (principal: unknown, action: string, more: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: action,
  Resource: '*',
  ...more,
})
const annAlone = callerWith()
const bobAlone = strangerWith()
const keyWith = (...statements: readonly object[]) =>
  statements.length > 0 ? recordOf(arn, { policy: savedPolicyOf(...statements) }) : recordOf(arn)
const root: Caller = {
  ...annAlone,
  principal: { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` },
}

// Source: evaluation-logic §5.2.
const decisions: readonly [
  what: string,
  by: Caller,
  statements: readonly object[],
  keyId: string,
  isAllowed: boolean,
][] = [
  ['the account, by the default policy', ann, [], arn, true],
  ['not without an identity policy', annAlone, [], arn, false],
  [
    'a policy without the account: no administrator',
    ann,
    [allow({ AWS: bob.arn }, 'kms:*')],
    arn,
    false,
  ],
  ['nor root', root, [allow({ AWS: bob.arn }, 'kms:*')], arn, false],
  [
    'by name, without an identity policy',
    annAlone,
    [allow({ AWS: ann.arn }, 'kms:Decrypt')],
    arn,
    true,
  ],
  [
    'a Deny',
    ann,
    [allow({ AWS: accountId }, 'kms:*'), { ...allow('*', 'kms:Decrypt'), Effect: 'Deny' }],
    arn,
    false,
  ],
  ['a stranger', bob, [], arn, false],
  ['a stranger by policy', bob, [allow({ AWS: otherAccountId }, 'kms:Decrypt')], arn, true],
  [
    'a stranger with no leave at home',
    bobAlone,
    [allow({ AWS: otherAccountId }, 'kms:Decrypt')],
    arn,
    false,
  ],
  ['by alias', ann, [], 'alias/app', true],
  ['by alias, whose key denies', ann, [allow({ AWS: bob.arn }, 'kms:*')], 'alias/app', false],
]
test.each(decisions)('decrypts: %s', async (_, by, statements, KeyId, isAllowed) => {
  house.reset(keyWith(...statements), alias)
  opened()
  const said = await house.send(by, 'Decrypt', { KeyId, CiphertextBlob: blob })
  expect([said.status, said.code]).toEqual(
    isAllowed ? [200, undefined] : [400, 'AccessDeniedException'],
  )
  const sent = house.arrived.map(({ account, input }) => [account, input.KeyId])
  expect(sent).toEqual(isAllowed ? [[accountId, arn]] : [])
})

// Source: KMS API Reference, DescribeKey, Decrypt: NotFoundException.
test.each(['DescribeKey', 'Decrypt'])(
  'an alias of no key reaches nobody: %s',
  async (operation) => {
    for (const KeyId of ['alias/none', `${prefix}:alias/none`]) {
      const said = await house.send(ann, operation, { KeyId, CiphertextBlob: blob })
      expect(said).toMatchObject({ status: 400, code: 'NotFoundException' })
      expect(said.message).toBe(`Alias ${prefix}:alias/none is not found.`)
    }
    expect(house.arrived).toEqual([])
  },
)

test('a ciphertext without a key is decided on the key that the backend tells', async () => {
  expect((await house.send(ann, 'Decrypt', { CiphertextBlob: blob })).status).toBe(200)
  house.reset(keyWith(allow({ AWS: bob.arn }, 'kms:*')))
  opened()
  const said = await house.send(ann, 'Decrypt', { CiphertextBlob: blob })
  expect(said.code).toBe('AccessDeniedException')
})

test('what another key has encrypted is not handed out', async () => {
  house.replies.Decrypt = [200, { ...decrypted, KeyId: `${prefix}:key/other` }]
  const said = await house.send(ann, 'Decrypt', { KeyId: arn, CiphertextBlob: blob })
  expect(said).toMatchObject({ code: 'IncorrectKeyException', output: {} })
  const unknown = await house.send(ann, 'Decrypt', { CiphertextBlob: blob })
  expect(unknown.status).toBe(400)
})

const metadata = {
  KeyMetadata: {
    KeyId: id,
    Arn: arn,
    KeySpec: 'SYMMETRIC_DEFAULT',
    KeyUsage: 'ENCRYPT_DECRYPT',
    Origin: 'AWS_KMS',
  },
}

test('a key is its maker’s, with a policy and tags, of which the backend gets nothing', async () => {
  house.reset()
  house.replies.CreateKey = [200, metadata]
  const Tags = [{ TagKey: 'env', TagValue: 'prod' }]
  await house.send(ann, 'CreateKey', { Description: 'd', Tags })
  expect(house.arrived[0]?.input).toEqual({ Description: 'd' })
  expect(house.resources.find(arn)).toMatchObject({
    accountId,
    tags: [{ Key: 'env', Value: 'prod' }],
  })
  const read = await house.send(ann, 'GetKeyPolicy', { KeyId: id })
  expect(JSON.parse(String(read.output.Policy as string))).toMatchObject({ Id: 'key-default-1' })
  expect((await house.send(ann, 'ListResourceTags', { KeyId: id })).output.Tags).toEqual(Tags)
  const listed = await house.send(ann, 'ListKeys', {})
  expect(listed.output.Keys).toEqual([{ KeyId: id, KeyArn: arn }])
  expect((await house.send(bob, 'ListKeys', {})).output.Keys).toEqual([])
})

const foreign = savedPolicyOf(allow({ AWS: otherAccountId }, 'kms:*')).text
const bypass = { BypassPolicyLockoutSafetyCheck: true }
const policies: readonly [
  what: string,
  operation: string,
  more: OperationInput,
  code: string | undefined,
][] = [
  [
    'that locks its maker out',
    'CreateKey',
    { Policy: foreign },
    'MalformedPolicyDocumentException',
  ],
  ['that does so knowingly', 'CreateKey', { Policy: foreign, ...bypass }, undefined],
  ['that is none', 'CreateKey', { Policy: '{}' }, 'MalformedPolicyDocumentException'],
  [
    'that locks out',
    'PutKeyPolicy',
    { KeyId: id, Policy: foreign },
    'MalformedPolicyDocumentException',
  ],
  ['that does so knowingly', 'PutKeyPolicy', { KeyId: id, Policy: foreign, ...bypass }, undefined],
  [
    'as large as may be',
    'PutKeyPolicy',
    { KeyId: id, Policy: foreign.padEnd(keyPolicyBytesMax), ...bypass },
    undefined,
  ],
  [
    'one byte larger',
    'PutKeyPolicy',
    { KeyId: id, Policy: foreign.padEnd(keyPolicyBytesMax + 1), ...bypass },
    'LimitExceededException',
  ],
]
test.each(policies)('a policy %s: %s', async (_, operation, more, code) => {
  house.replies.CreateKey = [200, metadata]
  if (operation === 'CreateKey') house.reset()
  house.replies.CreateKey = [200, metadata]
  const said = await house.send(ann, operation, more)
  expect(said.code).toBe(code)
})

test('an alias stands for a key, that of its account, and decides on both', async () => {
  const second = `${prefix}:key/second`
  house.reset(
    recordOf(arn),
    recordOf(second, { policy: savedPolicyOf(allow({ AWS: bob.arn }, 'kms:*')) }),
  )
  const about = (more: object) => ({ AliasName: 'alias/app', ...more })
  expect((await house.send(ann, 'CreateAlias', about({ TargetKeyId: id }))).status).toBe(200)
  expect(await house.send(ann, 'CreateAlias', about({ TargetKeyId: id }))).toMatchObject({
    code: 'AlreadyExistsException',
  })
  expect(await house.send(ann, 'UpdateAlias', about({ TargetKeyId: 'second' }))).toMatchObject({
    code: 'AccessDeniedException',
  })
  const listed = await house.send(ann, 'ListAliases', {})
  expect(listed.output.Aliases).toMatchObject([{ AliasName: 'alias/app', TargetKeyId: id }])
  const byAlias = callerWith(
    identityPolicy('alias', {
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/app' } },
    }),
  )
  opened()
  const read = () => house.send(byAlias, 'Decrypt', { KeyId: id, CiphertextBlob: blob })
  expect((await read()).status).toBe(200)
  expect((await house.send(ann, 'DeleteAlias', about({}))).status).toBe(200)
  expect((await read()).status).toBe(400)
})

const grantTo = (principal: string, more: object = {}) =>
  house.send(ann, 'CreateGrant', {
    KeyId: id,
    GranteePrincipal: principal,
    Operations: ['Decrypt', 'DescribeKey'],
    ...more,
  })
const context = { team: 'a' }
const wider = { team: 'a', env: 'b' }
const subset = { Constraints: { EncryptionContextSubset: context } }
const equal = { Constraints: { EncryptionContextEquals: context } }
const grants: readonly [
  what: string,
  by: Caller,
  more: object,
  operation: string,
  input: OperationInput,
  isAllowed: boolean,
][] = [
  ['its operation, without a policy', annAlone, {}, 'Decrypt', {}, true],
  ['no other', annAlone, {}, 'Encrypt', {}, false],
  ['nobody else', bob, {}, 'Decrypt', {}, false],
  [
    'a context that holds the subset',
    annAlone,
    subset,
    'Decrypt',
    { EncryptionContext: wider },
    true,
  ],
  ['a context without it', annAlone, subset, 'Decrypt', { EncryptionContext: { env: 'b' } }, false],
  ['the equal context', annAlone, equal, 'Decrypt', { EncryptionContext: context }, true],
  ['a wider one', annAlone, equal, 'Decrypt', { EncryptionContext: wider }, false],
  ['none', annAlone, equal, 'Decrypt', {}, false],
  ['what takes no context', annAlone, equal, 'DescribeKey', {}, true],
  [
    'no grant by a grant',
    annAlone,
    { Operations: ['CreateGrant'] },
    'CreateGrant',
    { GranteePrincipal: bob.arn, Operations: ['Decrypt'] },
    false,
  ],
]
test.each(grants)('a grant lets %s', async (_, by, more, operation, input, isAllowed) => {
  expect((await grantTo(annAlone.arn, more)).status).toBe(200)
  const rest =
    operation === 'Decrypt'
      ? { CiphertextBlob: blob }
      : operation === 'Encrypt'
        ? { Plaintext: blob }
        : {}
  const said = await house.send(by, operation, { KeyId: arn, ...rest, ...input })
  expect(said.status).toBe(isAllowed ? 200 : 400)
})

test('grants are listed, retired by whom they name, revoked by whom the policy names', async () => {
  const first = await grantTo(bob.arn, { RetiringPrincipal: annAlone.arn, Name: 'n' })
  const again = await grantTo(bob.arn, { RetiringPrincipal: annAlone.arn, Name: 'n' })
  expect(again.output).toEqual(first.output)
  const second = await grantTo(bob.arn)
  const listed = await house.send(ann, 'ListGrants', { KeyId: id, Limit: 1 })
  expect(listed.output).toMatchObject({
    Grants: [first.output.GrantId].map((GrantId) => ({ GrantId })),
    Truncated: true,
  })
  const mine = await house.send(ann, 'ListRetirableGrants', { RetiringPrincipal: annAlone.arn })
  expect(mine.output.Grants).toMatchObject([{ GrantId: first.output.GrantId, KeyId: arn }])
  const retire = (GrantId: unknown) => house.send(annAlone, 'RetireGrant', { KeyId: arn, GrantId })
  expect(await retire(second.output.GrantId)).toMatchObject({ code: 'AccessDeniedException' })
  const { GrantToken } = first.output
  expect((await house.send(annAlone, 'RetireGrant', { GrantToken })).status).toBe(200)
  const revoke = { KeyId: id, GrantId: second.output.GrantId }
  expect((await house.send(ann, 'RevokeGrant', revoke)).status).toBe(200)
  expect(await house.send(ann, 'RevokeGrant', revoke)).toMatchObject({ code: 'NotFoundException' })
  expect((await house.send(ann, 'ListGrants', { KeyId: id })).output.Grants).toEqual([])
  const spent = { KeyId: id, Plaintext: blob, GrantTokens: [GrantToken] }
  expect(await house.send(ann, 'Encrypt', spent)).toMatchObject({
    code: 'InvalidGrantTokenException',
  })
  expect(house.lines).toEqual([])
})
