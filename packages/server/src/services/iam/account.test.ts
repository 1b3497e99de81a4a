import { expect, test } from 'vitest'
import { document, openIam, otherAccountId } from './testing/iam-house.ts'

// Goal: aliases, the summary and tags as the IAM API Reference has them, with recorded wording.

test('an account has one alias, unique in the deployment; a new one replaces it', async () => {
  const { deployment, iam, refuses } = await openIam()
  const stranger = await deployment.root(otherAccountId)
  expect(await iam('ListAccountAliases', {})).toEqual({ AccountAliases: [], IsTruncated: false })
  await iam('CreateAccountAlias', { AccountAlias: 'first' })
  await iam('CreateAccountAlias', { AccountAlias: 'second' })
  expect((await iam('ListAccountAliases', {})).AccountAliases).toEqual(['second'])
  const taken = 'The account alias second already exists.'
  const input = { AccountAlias: 'second' }
  await refuses('CreateAccountAlias', input, 'EntityAlreadyExists', taken, stranger)
  await iam('CreateAccountAlias', { AccountAlias: 'first' }, stranger) // Free again.
  const missing = 'The account alias with name first cannot be found.'
  await refuses('DeleteAccountAlias', { AccountAlias: 'first' }, 'NoSuchEntity', missing)
  await iam('DeleteAccountAlias', input)
  expect((await iam('ListAccountAliases', {})).AccountAliases).toEqual([])
  const digits = 'The account alias 123456789012 is not valid. It must not be 12 digits.'
  await refuses('CreateAccountAlias', { AccountAlias: '123456789012' }, 'ValidationError', digits)
})

test('GetAccountSummary has the 34 recorded keys, and each creation counts one', async () => {
  const { iam } = await openIam()
  const before = (await iam('GetAccountSummary', {})).SummaryMap ?? {}
  expect(Object.keys(before)).toHaveLength(34)
  expect(before).toMatchObject({ AccountAccessKeysPresent: 1, Users: 0, UsersQuota: 5000 })
  await iam('CreateUser', { UserName: 'Ann' })
  await iam('CreateGroup', { GroupName: 'G' })
  await iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: document })
  const counted = { Users: 1, Groups: 1, Policies: 1, PolicyVersionsInUse: 1, Roles: 0 }
  expect((await iam('GetAccountSummary', {})).SummaryMap).toEqual({ ...before, ...counted })
})

test('user tags: keys ignore case, the new case and value win in the old place', async () => {
  const { iam, checks } = await openIam()
  const user = { UserName: 'Ann' }
  await iam('CreateUser', user)
  const Tags = ['z', 'b'].map((Key) => ({ Key, Value: '1' }))
  await iam('TagUser', { ...user, Tags })
  await iam('TagUser', { ...user, Tags: [{ Key: 'Z', Value: '2' }] })
  const first = await iam('ListUserTags', { ...user, MaxItems: 1 })
  expect(first).toMatchObject({ Tags: [{ Key: 'Z', Value: '2' }], IsTruncated: true })
  const rest = await iam('ListUserTags', { ...user, Marker: first.Marker })
  expect(rest).toEqual({ Tags: [{ Key: 'b', Value: '1' }], IsTruncated: false })
  const [check] = await checks('UntagUser', { ...user, TagKeys: ['B'] })
  expect(check?.contextKeys).toMatchObject({ 'aws:TagKeys': ['B'], 'aws:ResourceTag/b': '1' })
  await iam('UntagUser', { ...user, TagKeys: ['B', 'none'] })
  expect((await iam('ListUserTags', user)).Tags).toEqual([{ Key: 'Z', Value: '2' }])
})

test('policy tags: keys keep their case and are listed by length, then name', async () => {
  const { iam, refuses } = await openIam()
  const { Policy } = await iam('CreatePolicy', { PolicyName: 'P', PolicyDocument: document })
  const policy = { PolicyArn: Policy?.Arn ?? '' }
  const Tags = ['abc', 'z', 'a', 'A', 'b'].map((Key) => ({ Key, Value: '' }))
  await iam('TagPolicy', { ...policy, Tags })
  const keys = (await iam('ListPolicyTags', policy)).Tags.map(({ Key }) => Key)
  expect(keys).toEqual(['A', 'a', 'b', 'z', 'abc'])
  const twice = { ...policy, Tags: [...Tags, { Key: 'a', Value: '' }] }
  await refuses('TagPolicy', twice, 'InvalidInput', 'Duplicate tag keys found.')
  await iam('UntagPolicy', { ...policy, TagKeys: ['a'] })
  expect((await iam('ListPolicyTags', policy)).Tags).toHaveLength(4)
})

test('fifty tags, not fifty-one', async () => {
  const { iam, refuses } = await openIam()
  const user = { UserName: 'Ann' }
  const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: '' }))
  await iam('CreateUser', { ...user, Tags })
  await iam('TagUser', { ...user, Tags: [{ Key: 'K0', Value: 'again' }] })
  const more = { ...user, Tags: [{ Key: 'one-more', Value: '' }] }
  const message = 'The number of tags has reached the maximum limit.'
  await refuses('TagUser', more, 'LimitExceeded', message)
})
