import { expect, test } from 'vitest'
import { policy, userWith } from '../../testing/deployment.ts'
import { accountId, arn, openIam } from './testing/iam-house.ts'

// Goal: service-specific credentials as the IAM API Reference has them, with recorded wording.
const user = { UserName: 'Ann' }
const ServiceName = 'codecommit.amazonaws.com'
const cassandra = 'cassandra.amazonaws.com'
const bedrock = 'bedrock.amazonaws.com'
const nowhere = { ...user, ServiceSpecificCredentialId: 'ACCAAAAAAAAAAAAAAAAA' }
const missing = 'No such credential ACCAAAAAAAAAAAAAAAAA exists'

async function houseWithAnn() {
  const house = await openIam()
  await house.iam('CreateUser', user)
  const create = async (input: { ServiceName?: string; CredentialAgeDays?: number } = {}) => {
    const created = await house.iam('CreateServiceSpecificCredential', {
      ...user,
      ServiceName,
      ...input,
    })
    if (!created.ServiceSpecificCredential) throw new Error('no credential')
    return created.ServiceSpecificCredential
  }
  return { ...house, create }
}

test('the password is shown when it is made and when it is reset, and never else', async () => {
  const { deployment, iam, create } = await houseWithAnn()
  const created = await create()
  const shown = {
    ...user,
    ServiceSpecificCredentialId: expect.stringMatching(/^ACCA[A-Z2-7]{16}$/) as string,
    ServiceName,
    Status: 'Active',
    CreateDate: deployment.clock.now,
    ServiceUserName: `Ann-at-${accountId}`,
  }
  const ServicePassword = expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) as string
  expect(created).toEqual({ ...shown, ServicePassword })
  const listed = { ServiceSpecificCredentials: [shown], IsTruncated: false }
  expect(await iam('ListServiceSpecificCredentials', user)).toEqual(listed)
  const { ServiceSpecificCredentialId } = created
  const credential = { ...user, ServiceSpecificCredentialId }
  await iam('UpdateServiceSpecificCredential', { ...credential, Status: 'Inactive' })
  const reset = await iam('ResetServiceSpecificCredential', credential)
  expect(reset.ServiceSpecificCredential).toEqual({ ...shown, Status: 'Inactive', ServicePassword })
  expect(reset.ServiceSpecificCredential?.ServicePassword).not.toBe(created.ServicePassword)
  await iam('DeleteServiceSpecificCredential', credential)
  const left = await iam('ListServiceSpecificCredentials', user)
  expect(left.ServiceSpecificCredentials).toEqual([])
})

test('a secret is sealed, and neither in attributes nor in the log of changes', async () => {
  const { deployment, iam, create } = await houseWithAnn()
  const { ServiceSpecificCredentialId, ServicePassword = '' } = await create()
  const sealed = () => deployment.store.read((reader) => reader.sealed(ServiceSpecificCredentialId))
  const first = await sealed()
  const changes = JSON.stringify(await deployment.store.changes(accountId, 0, 100))
  expect(changes).not.toContain(ServicePassword)
  expect(Buffer.from(first ?? []).toString('latin1')).not.toContain(ServicePassword)
  await iam('ResetServiceSpecificCredential', { ...user, ServiceSpecificCredentialId })
  expect(await sealed()).not.toEqual(first)
})

test('Bedrock’s are API keys, which carry their alias and may expire', async () => {
  const { deployment, iam, create } = await houseWithAnn()
  const key = await create({ ServiceName: bedrock, CredentialAgeDays: 30 })
  const alias = `Ann-at-${accountId}`
  expect(key).toMatchObject({
    ServiceCredentialAlias: alias,
    ExpirationDate: new Date('2026-12-24T12:00:00Z'),
  })
  expect(key).not.toHaveProperty('ServicePassword')
  expect(key).not.toHaveProperty('ServiceUserName')
  const secret = key.ServiceCredentialSecret ?? ''
  expect(secret.slice(0, 4)).toBe('ABSK')
  const decoded = Buffer.from(secret.slice(4), 'base64').toString()
  expect(decoded).toMatch(new RegExp(`^${alias}:[A-Za-z0-9+/]{43}=$`))
  expect(await create({ ServiceName: bedrock })).not.toHaveProperty('ExpirationDate')
  const statuses = async () =>
    (await iam('ListServiceSpecificCredentials', user)).ServiceSpecificCredentials?.filter(
      ({ ExpirationDate }) => ExpirationDate,
    ).map(({ Status }) => Status)
  deployment.clock.now = new Date('2026-12-24T11:59:59Z')
  expect(await statuses()).toEqual(['Active'])
  deployment.clock.now = new Date('2026-12-24T12:00:00Z')
  expect(await statuses()).toEqual(['Expired'])
})

test('two of each service, not three; names are told apart by number', async () => {
  const { iam, refuses, create } = await houseWithAnn()
  const first = await create()
  expect((await create()).ServiceUserName).toBe(`Ann+1-at-${accountId}`)
  const third = { ...user, ServiceName }
  const message = 'Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2'
  await refuses('CreateServiceSpecificCredential', third, 'LimitExceeded', message)
  expect((await create({ ServiceName: cassandra })).ServiceUserName).toBe(`Ann-at-${accountId}`)
  const { ServiceSpecificCredentialId } = first
  await iam('DeleteServiceSpecificCredential', { ...user, ServiceSpecificCredentialId })
  expect((await create()).ServiceUserName).toBe(`Ann-at-${accountId}`)
})

test('another service is not supported, and an age is for API keys alone', async () => {
  const { refuses } = await houseWithAnn()
  const other = { ...user, ServiceName: 's3.amazonaws.com' }
  const message = 'No such service s3.amazonaws.com is supported for Service Specific Credentials'
  await refuses('CreateServiceSpecificCredential', other, 'NoSuchEntity', message)
  await refuses('ListServiceSpecificCredentials', other, 'NoSuchEntity', message)
  const aged = { ...user, ServiceName, CredentialAgeDays: 1 }
  const age = 'CredentialAgeDays is only supported for Bedrock API keys.'
  await refuses('CreateServiceSpecificCredential', aged, 'ValidationError', age)
})

test('a list is of a user, of a service or of all, in pages', async () => {
  const { iam, refuses, create } = await houseWithAnn()
  for (const UserName of ['bea', 'Cid']) {
    await iam('CreateUser', { UserName })
    await iam('CreateServiceSpecificCredential', { UserName, ServiceName })
  }
  await create()
  await create()
  await create({ ServiceName: cassandra })
  const list = async (input: object) => {
    const pages: (string | undefined)[][] = []
    let Marker: string | undefined
    do {
      const more = Marker === undefined ? {} : { Marker }
      const page = await iam('ListServiceSpecificCredentials', { ...input, ...more })
      pages.push((page.ServiceSpecificCredentials ?? []).map(({ UserName }) => UserName))
      Marker = page.Marker
      expect(page.IsTruncated).toBe(Marker !== undefined)
    } while (Marker !== undefined)
    return pages
  }
  expect(await list({ ...user, ServiceName: cassandra })).toEqual([['Ann']])
  expect(await list({ ...user, MaxItems: 2 })).toEqual([['Ann', 'Ann'], ['Ann']])
  expect(await list({ AllUsers: true, ServiceName })).toEqual([['Ann', 'Ann', 'bea', 'Cid']])
  expect(await list({ AllUsers: true, MaxItems: 1 })).toEqual([
    ...[['Ann'], ['Ann'], ['Ann'], ['bea'], ['Cid']],
  ])
  expect(await list({ AllUsers: true, MaxItems: 5 })).toHaveLength(1)
  expect(await list({ AllUsers: true, MaxItems: 4 })).toEqual([
    ['Ann', 'Ann', 'Ann', 'bea'],
    ['Cid'],
  ])
  expect(await list({})).toEqual([[]]) // Root's own.
  const invalid = 'Invalid Marker.'
  for (const input of [user, { AllUsers: true }]) {
    const marked = { ...input, Marker: 'no marker' }
    await refuses('ListServiceSpecificCredentials', marked, 'ValidationError', invalid)
  }
  const both = 'AllUsers cannot be specified together with UserName.'
  const input = { ...user, AllUsers: true }
  await refuses('ListServiceSpecificCredentials', input, 'ValidationError', both)
})

test('pages of all go on where a user was deleted between two', async () => {
  const { iam, create } = await houseWithAnn()
  const { ServiceSpecificCredentialId } = await create()
  await iam('CreateUser', { UserName: 'Bea' })
  await iam('CreateServiceSpecificCredential', { UserName: 'Bea', ServiceName })
  const all = { AllUsers: true, MaxItems: 1 }
  const { Marker } = await iam('ListServiceSpecificCredentials', all)
  await iam('DeleteServiceSpecificCredential', { ...user, ServiceSpecificCredentialId })
  await iam('DeleteUser', user)
  const rest = await iam('ListServiceSpecificCredentials', { ...all, Marker })
  expect(rest.ServiceSpecificCredentials?.map(({ UserName }) => UserName)).toEqual(['Bea'])
})

test('it is found under its user alone, keeps its name, and is in the way of deleting it', async () => {
  const { iam, refuses, create } = await houseWithAnn()
  await iam('CreateUser', { UserName: 'Bea' })
  const { ServiceSpecificCredentialId: id } = await create()
  const gone = `No such credential ${id} exists`
  for (const other of [{ UserName: 'Bea' }, {}]) {
    const input = { ...other, ServiceSpecificCredentialId: id }
    await refuses('DeleteServiceSpecificCredential', input, 'NoSuchEntity', gone)
    await refuses('ResetServiceSpecificCredential', input, 'NoSuchEntity', gone)
    const active = { ...input, Status: 'Active' } as const
    await refuses('UpdateServiceSpecificCredential', active, 'NoSuchEntity', gone)
  }
  await refuses('ResetServiceSpecificCredential', nowhere, 'NoSuchEntity', missing)
  await iam('UpdateUser', { ...user, NewUserName: 'Cid' })
  const renamed = await iam('ListServiceSpecificCredentials', { UserName: 'Cid' })
  expect(renamed.ServiceSpecificCredentials?.[0]).toMatchObject({
    ...{ UserName: 'Cid', ServiceUserName: `Ann-at-${accountId}` },
  })
  const conflict = 'Cannot delete entity, must remove referenced objects first.'
  await refuses('DeleteUser', { UserName: 'Cid' }, 'DeleteConflict', conflict)
})

// Source: Service Authorization Reference, IAM.
test('its service and age are context keys', async () => {
  const { checks, create } = await houseWithAnn()
  const input = { ...user, ServiceName: bedrock, CredentialAgeDays: 30 }
  const [creation] = await checks('CreateServiceSpecificCredential', input)
  expect(creation).toMatchObject({
    resourceArn: arn('user/Ann'),
    contextKeys: {
      'iam:ServiceSpecificCredentialServiceName': bedrock,
      'iam:ServiceSpecificCredentialAgeDays': '30',
    },
  })
  const { ServiceSpecificCredentialId } = await create()
  const one = { ...user, ServiceSpecificCredentialId }
  const keys = { 'iam:ServiceSpecificCredentialServiceName': ServiceName }
  const [reset] = await checks('ResetServiceSpecificCredential', one)
  const [deletion] = await checks('DeleteServiceSpecificCredential', one)
  const [update] = await checks('UpdateServiceSpecificCredential', { ...one, Status: 'Active' })
  for (const check of [reset, deletion, update]) expect(check?.contextKeys).toMatchObject(keys)
  const [none] = await checks('ResetServiceSpecificCredential', nowhere)
  const absent = none?.contextKeys?.['iam:ServiceSpecificCredentialServiceName']
  expect(absent).toBeUndefined()
  expect((await checks('ListServiceSpecificCredentials', { AllUsers: true }))[0]).toMatchObject({
    resourceArn: arn('user/'),
  })
})

test('API keys can be limited to an age, and other services be denied', async () => {
  const { deployment, root, iam } = await openIam()
  const shortLived = policy({
    Effect: 'Allow',
    Action: 'iam:CreateServiceSpecificCredential',
    Resource: '*',
    Condition: {
      NumericLessThanEquals: { 'iam:ServiceSpecificCredentialAgeDays': '90' },
      StringEquals: { 'iam:ServiceSpecificCredentialServiceName': bedrock },
    },
  })
  const ann = await userWith(deployment, root, 'Ann', shortLived)
  const create = (input: { ServiceName: string; CredentialAgeDays?: number }) =>
    iam('CreateServiceSpecificCredential', { ...user, ...input }, ann)
  await create({ ServiceName: bedrock, CredentialAgeDays: 90 })
  const refused = [
    { ServiceName: bedrock, CredentialAgeDays: 91 },
    { ServiceName: bedrock },
    { ServiceName, CredentialAgeDays: 1 },
  ]
  for (const input of refused) await expect(create(input)).rejects.toThrow('AccessDenied')
  await expect(iam('ListServiceSpecificCredentials', { AllUsers: true }, ann)).rejects.toThrow(
    'AccessDenied',
  )
})
