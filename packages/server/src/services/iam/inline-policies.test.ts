import { expect, test } from 'vitest'
import { accountId, arn, document, openIam } from './testing/iam-house.ts'

// Goal: inline policies of users, groups and roles alike. Source: IAM API Reference,
// Put/Get/Delete/ListUserPolicies and their siblings; recorded wording.

const names = { UserName: 'N', GroupName: 'N', RoleName: 'N' }
const kinds = [
  { kind: 'User', sizeMax: 2048 },
  { kind: 'Group', sizeMax: 5120 },
  { kind: 'Role', sizeMax: 10_240 },
] as const

async function withHolders() {
  const house = await openIam()
  const AssumeRolePolicyDocument = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"${accountId}"},"Action":"sts:AssumeRole"}}`
  await house.iam('CreateUser', {
    UserName: 'N',
    PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  })
  await house.iam('CreateGroup', { GroupName: 'N' })
  await house.iam('CreateRole', { RoleName: 'N', AssumeRolePolicyDocument })
  return house
}

/** A document of exactly so many characters, none of them white space. */
function documentOf(nonSpaceChars: number): string {
  const text = (sid: string) =>
    `{"Version":"2012-10-17","Statement":[{"Sid":"${sid}","Effect":"Allow","Action":"*","Resource":"*"}]}`
  return `${text('a'.repeat(nonSpaceChars - text('').length))} \n`
}

for (const { kind, sizeMax } of kinds) {
  const word = kind.toLowerCase()

  test(`${word}: put, replaced, read byte for byte, listed, deleted`, async () => {
    const { iam, refuses } = await withHolders()
    const policy = { ...names, PolicyName: 'P' }
    await iam(`Put${kind}Policy`, { ...policy, PolicyDocument: documentOf(200) })
    await iam(`Put${kind}Policy`, { ...policy, PolicyDocument: `${document}\n` })
    await iam(`Put${kind}Policy`, { ...names, PolicyName: 'a', PolicyDocument: document })
    const got = await iam(`Get${kind}Policy`, policy)
    expect(decodeURIComponent(got.PolicyDocument)).toBe(`${document}\n`)
    expect(got).toMatchObject({ [`${kind}Name`]: 'N', PolicyName: 'P' })
    const first = await iam(`List${kind}Policies`, { ...names, MaxItems: 1 })
    expect(first).toMatchObject({ PolicyNames: ['a'], IsTruncated: true })
    const rest = await iam(`List${kind}Policies`, { ...names, Marker: first.Marker })
    expect(rest).toEqual({ PolicyNames: ['P'], IsTruncated: false })
    await iam(`Delete${kind}Policy`, policy)
    const missing = `The ${word} policy with name P cannot be found.`
    await refuses(`Get${kind}Policy`, policy, 'NoSuchEntity', missing)
    await refuses(`Delete${kind}Policy`, policy, 'NoSuchEntity', missing)
    const conflict = 'Cannot delete entity, must delete policies first.'
    await refuses(`Delete${kind}`, names, 'DeleteConflict', conflict)
  })

  test(`${word}: all inline policies together have ${sizeMax} characters at most`, async () => {
    const { iam, refuses } = await withHolders()
    const put = (PolicyName: string, size: number) => {
      return { ...names, PolicyName, PolicyDocument: documentOf(size) }
    }
    await iam(`Put${kind}Policy`, put('A', sizeMax - 200))
    await iam(`Put${kind}Policy`, put('B', 200))
    await iam(`Put${kind}Policy`, put('A', sizeMax - 200)) // Replacing does not count twice.
    const message = `Maximum policy size of ${sizeMax} bytes exceeded for ${word} N`
    await refuses(`Put${kind}Policy`, put('B', 201), 'LimitExceeded', message)
  })

  test(`${word}: a missing one, and a document that is none`, async () => {
    const { refuses, checks } = await withHolders()
    const put = { ...names, PolicyName: 'P', PolicyDocument: '[]' }
    const syntax = 'Syntax errors in policy.'
    await refuses(`Put${kind}Policy`, put, 'MalformedPolicyDocument', syntax)
    const nobody = { UserName: 'X', GroupName: 'X', RoleName: 'X', PolicyName: 'P' }
    const missing = `The ${word} with name X cannot be found.`
    for (const verb of ['Get', 'Delete'] as const) {
      await refuses(`${verb}${kind}Policy`, nobody, 'NoSuchEntity', missing)
    }
    await refuses(`List${kind}Policies`, nobody, 'NoSuchEntity', missing)
    const [check] = await checks(`Put${kind}Policy`, put)
    const boundary = { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
    expect(check).toEqual({
      ...{ resourceArn: arn(`${word}/N`), resourceLabel: `${word} N` },
      contextKeys: kind === 'User' ? boundary : {},
    })
  })
}
