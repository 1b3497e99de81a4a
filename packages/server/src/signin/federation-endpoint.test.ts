import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signInLine } from '../ledger/sign-in-event.ts'
import { managementAccountId as home } from '../testing/deployment.ts'
import {
  bodyOf,
  consoleOrigin,
  openSignInHouse,
  roleArn,
  sessionText,
  type SignInHouse,
} from '../testing/sign-in-house.ts'
import type { SignInEvent } from './port.ts'
import { createSpentTokens, spentTokensMax } from './spent-tokens.ts'

// Goal: temporary credentials sign in once, for as long as AWS lets them, and lead to the console.
// Source: IAM User Guide, "Enable custom identity broker access to the AWS console".

const minute = 60_000

test('credentials of a role sign in, for as long as they last', async () => {
  const house = await openSignInHouse()
  const token = await house.getToken(await house.assume(house.ann))
  house.d.clock.now = new Date(house.d.clock.now.getTime() + 14 * minute)
  const said = await house.login(token, {
    Issuer: 'https://broker.example.com/login',
    Destination: 'https://console.aws.amazon.com/iam/home?region=us-east-1#/users',
  })
  const arn = `arn:aws:sts::${home}:assumed-role/Ops/ann`
  const destination = '/iam/home?region=us-east-1#/users'
  const message = expect.stringContaining('no console pages yet') as string
  const expiration = '2026-11-24T13:00:00Z'
  expect(said).toEqual({ account: home, arn, destination, expiration, message })
  expect(house.signIns).toMatchObject([
    { caller: { arn }, destination, issuer: 'https://broker.example.com/login' },
  ])
})

test('what a console gets is a session of its own: it ends as asked, and is not extended again', async () => {
  const house = await openSignInHouse()
  const credentials = await house.assume(house.ann, 'Ops', 900)
  await house.login(await house.getToken(credentials, { SessionDuration: '43200' }))
  const { claims } = house.signIns[0] ?? {}
  if (!claims) throw new Error('nobody signed in')
  const noon = house.d.clock.now
  expect(claims.issuedAt).toEqual(noon)
  expect(claims.expiresAt).toEqual(new Date(noon.getTime() + 43_200_000))
  const issued = house.d.sessions.issue(claims)
  house.d.clock.now = new Date(noon.getTime() + 60 * minute)
  expect((await house.d.call(issued, 'sts', 'GetCallerIdentity', {})).Arn).toContain('/Ops/ann')
  await expect(house.getToken(issued, { SessionDuration: '43200' })).rejects.toThrow(
    'SessionDuration is not for a role that was assumed with temporary credentials.',
  )
})

const federated = async ({ d, ann }: SignInHouse) =>
  (await d.call(ann, 'sts', 'GetFederationToken', { Name: 'bob' })).Credentials

test('a federated user signs in, for as long as the credentials last', async () => {
  const house = await openSignInHouse()
  const credentials = await federated(house)
  if (!credentials) throw new Error('no credentials')
  await house.login(await house.getToken(credentials as never))
  expect(house.signIns[0]?.claims.expiresAt).toEqual(new Date('2026-11-25T00:00:00Z'))
  await expect(house.getToken(credentials as never, { SessionDuration: '3600' })).rejects.toThrow(
    'SessionDuration is not for credentials of GetFederationToken.',
  )
})

test('a role assumed with temporary credentials signs in without SessionDuration alone', async () => {
  const house = await openSignInHouse()
  const { Credentials } = await house.d.call(house.ann, 'sts', 'GetSessionToken', {})
  for (const by of [await house.assume(house.ann), Credentials as never]) {
    const chained = await house.assume(by, 'Chained')
    await expect(house.getToken(chained, { SessionDuration: '900' })).rejects.toThrow(
      'SessionDuration is not for a role that was assumed with temporary credentials.',
    )
    await house.login(await house.getToken(chained))
  }
  expect(house.signIns).toHaveLength(2)
})

const durations: readonly [seconds: string, isTaken: boolean][] = [
  ['900', true],
  ['899', false],
  ['43200', true],
  ['43201', false],
  ['', false],
  ['-900', false],
  ['900.5', false],
  ['0x384', false],
  ['1e3', false],
]
test.each(durations)('SessionDuration %j: taken is %j', async (SessionDuration, isTaken) => {
  const house = await openSignInHouse()
  const asked = house.getToken(await house.assume(house.ann), { SessionDuration })
  await (isTaken
    ? expect(asked).resolves.toMatch(/^[\w-]+$/)
    : expect(asked).rejects.toThrow('SessionDuration is a number of seconds from 900 to 43200.'))
})

const destinations: readonly [destination: string, leadsTo: string | undefined][] = [
  ['https://console.aws.amazon.com/', '/'],
  ['https://eu-west-1.console.aws.amazon.com/s3/home', '/s3/home'],
  ['https://console.amazonaws.cn/iam', '/iam'],
  [`${consoleOrigin}/users?q=1`, '/users?q=1'],
  ['https://iam.example.com:8443/', undefined],
  ['http://iam.example.com/', undefined],
  ['https://evil.example/', undefined],
  ['https://console.aws.amazon.com.evil.example/', undefined],
  ['https://evilconsole.aws.amazon.com/', undefined],
  ['https://evil.example\\@console.aws.amazon.com/', undefined],
  ['https://console.aws.amazon.com@evil.example/', undefined],
  ['https://user@console.aws.amazon.com/', undefined],
  ['https://console.aws.amazon.com//evil.example', undefined],
  ['https://console.aws.amazon.com/\\evil.example', undefined],
  ['https://console.aws.amazon.com/%2e/../\\/evil.example', undefined],
  ['//console.aws.amazon.com/', undefined],
  ['/users', undefined],
  ['javascript:alert(1)', undefined],
  ['', undefined],
  [`https://console.aws.amazon.com/${'a'.repeat(4096 - 31)}`, `/${'a'.repeat(4096 - 31)}`],
  [`https://console.aws.amazon.com/${'a'.repeat(4097 - 31)}`, undefined],
]
test.each(destinations)('Destination %j leads to %j', async (Destination, leadsTo) => {
  const house = await openSignInHouse()
  const token = await house.getToken(await house.assume(house.ann))
  const asked = house.login(token, { Destination })
  if (leadsTo === undefined) {
    await expect(asked).rejects.toThrow('Destination is not a page of the console.')
    // What was not in order has not used the token up.
    await house.login(token)
  } else expect(await asked).toMatchObject({ destination: leadsTo })
})

test('any destination that is taken stays with the console', async () => {
  const { consoleDestination } = await import('./destination.ts')
  const base = fc.constantFrom('https://console.aws.amazon.com', consoleOrigin, '')
  fc.assert(
    fc.property(base, fc.string({ unit: 'grapheme' }), (origin, rest) => {
      const leadsTo = consoleDestination(origin + rest, consoleOrigin)
      if (leadsTo === undefined) return
      expect(new URL(leadsTo, 'https://console.test').origin).toBe('https://console.test')
    }),
    { numRuns: 2000 },
  )
})

const issuers: readonly [issuer: string, isTaken: boolean][] = [
  ['https://broker.example.com/', true],
  ['http://localhost:8080/', true],
  ['javascript:alert(1)', false],
  ['broker.example.com', false],
]
test.each(issuers)('Issuer %j: taken is %j', async (Issuer, isTaken) => {
  const house = await openSignInHouse()
  const asked = house.login(await house.getToken(await house.assume(house.ann)), { Issuer })
  await (isTaken ? asked : expect(asked).rejects.toThrow('Issuer is not an http or https address.'))
})

test('a form says the same as a query', async () => {
  const house = await openSignInHouse()
  const Session = sessionText(await house.assume(house.ann))
  const parts = { Action: 'getSigninToken', SessionType: 'json', Session }
  const form = ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8']
  const answer = await house.ask(parts, 'POST', form)
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  await house.login(bodyOf(answer)['SigninToken'] ?? '')
})

const malformed: readonly [what: string, query: string, words: string, method?: string][] = [
  ['no action', '', 'Action is getSigninToken or login.'],
  ['another action', 'Action=logout', 'Action is getSigninToken or login.'],
  ['another method', 'Action=login', 'Ask with GET or POST.', 'PUT'],
  ['a form that is none', 'Action=login', 'Send a form', 'POST'],
  ['a parameter twice', 'Action=login&Action=getSigninToken', 'A parameter is given twice.'],
  ['51 parameters', `Action=login${'&'.repeat(2)}${range(50)}`, 'Send at most 50 parameters.'],
  ['50 parameters', `Action=logout&${range(49)}`, 'Action is getSigninToken or login.'],
  ['no session', 'Action=getSigninToken', 'Session is JSON with the texts'],
  ['a session that is no JSON', 'Action=getSigninToken&Session={', 'Session is JSON'],
  ['a session that is null', 'Action=getSigninToken&Session=null', 'Session is JSON'],
  ['a session of numbers', `Action=getSigninToken&Session={"sessionId":1}`, 'Session is JSON'],
  ['a type of session', 'Action=getSigninToken&SessionType=xml&Session={}', 'SessionType is json.'],
]
function range(count: number): string {
  return Array.from({ length: count }, (_, index) => `p${String(index)}=`).join('&')
}
test.each(malformed)('%s is refused', async (_what, query, words, method) => {
  const { ask, bugs } = await openSignInHouse()
  const answer = await ask(query, method)
  expect(answer.status).toBe(method === 'PUT' ? 405 : 400)
  expect(bodyOf(answer)['message']).toContain(words)
  expect(bugs).toEqual([])
})

test('a form of 262,144 bytes is read, and none of one more', async () => {
  const { ask } = await openSignInHouse()
  const form = ['Content-Type', 'application/x-www-form-urlencoded']
  const filled = (bytes: number) => `Action=logout&x=${'a'.repeat(bytes - 16)}`
  expect(bodyOf(await ask(filled(262_144), 'POST', form))['message']).toContain('Action is')
  expect(bodyOf(await ask(filled(262_145), 'POST', form))['message']).toContain('at most 262144')
})

test('whatever is asked is answered, and nobody signs in with it', async () => {
  const { ask, signIns, bugs } = await openSignInHouse()
  const value = fc.oneof(fc.string({ unit: 'grapheme' }), fc.json())
  const name = fc.constantFrom('Action', 'Session', 'SigninToken', 'Destination', 'SessionDuration')
  const action = fc.constantFrom('getSigninToken', 'login', 'x')
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, value), action, async (parts, Action) => {
      expect((await ask({ ...parts, Action })).status).toBe(400)
    }),
    { numRuns: 300 },
  )
  expect({ signIns, bugs }).toEqual({ signIns: [], bugs: [] })
})

test('a store that does not answer lets nobody in', async () => {
  const house = await openSignInHouse({ spent: { spend: () => Promise.reject(new Error('down')) } })
  const token = await house.getToken(await house.assume(house.ann))
  await expect(house.login(token)).rejects.toThrow('because of an unknown error')
  expect(house.signIns).toEqual([])
  expect(house.bugs).toHaveLength(1)
})

const expiresAt = new Date('2026-11-24T12:15:00Z')
const noon = new Date('2026-11-24T12:00:00Z')

test('an account signs in so many times in the life of a token, and others do all the same', async () => {
  const { d } = await openSignInHouse()
  const held = Array.from({ length: spentTokensMax - 1 }, (_, index) => [
    index,
    expiresAt.getTime(),
  ])
  await d.store.putSetting(`spent-signin-tokens/${home}`, JSON.stringify(held))
  const spent = createSpentTokens(d.store)
  const spend = (nonce: string, now = noon, account = home) =>
    spent.spend(account, { nonce, expiresAt }, now)
  expect(await spend('a')).toBe('first')
  expect(await spend('b')).toBe('full')
  expect(await spend('a')).toBe('again')
  expect(await spend('b', noon, '444455556666')).toBe('first')
  // What has expired is forgotten: its token opens nothing any more.
  expect(await spend('b', expiresAt)).toBe('first')
  expect(JSON.parse((await d.store.setting(`spent-signin-tokens/${home}`)) ?? '')).toHaveLength(1)
})

test('of two who come with one token at once, one is let in', async () => {
  const house = await openSignInHouse()
  const token = await house.getToken(await house.assume(house.ann))
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => house.login(token)))
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
})

test('what was used stays used where the server is started anew', async () => {
  const house = await openSignInHouse()
  const token = await house.getToken(await house.assume(house.ann))
  await house.login(token)
  const spent = createSpentTokens(house.d.store)
  const opened = house.d.messages.open('sign-in', token) ?? ''
  const { n: nonce } = JSON.parse(opened) as { readonly n: string }
  expect(await spent.spend(home, { nonce, expiresAt }, noon)).toBe('again')
})

function lineOf(event: SignInEvent | undefined): Record<string, unknown> {
  return JSON.parse((event && signInLine(event)) ?? 'null') as Record<string, unknown>
}

test('the ledger knows who signed in, and who was refused; not what strangers tried', async () => {
  const house = await openSignInHouse()
  const credentials = await house.assume(house.ann)
  const token = await house.getToken(credentials)
  await house.login(token)
  await house.login(token).catch(() => undefined)
  await house.login('forged').catch(() => undefined)
  const [got, signedIn, again, forged] = house.events
  const userIdentity = {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${home}:assumed-role/Ops/ann`,
    accessKeyId: credentials.AccessKeyId,
    sessionContext: { sessionIssuer: { arn: roleArn('Ops'), userName: 'Ops' } },
  }
  const common = { userIdentity, eventSource: 'signin.amazonaws.com', recipientAccountId: home }
  const kind = { ...common, eventType: 'AwsConsoleSignIn', requestParameters: null }
  expect(lineOf(got)).toMatchObject({
    ...{ ...kind, eventName: 'GetSigninToken' },
    responseElements: { GetSigninToken: 'Success' },
  })
  expect(lineOf(signedIn)).toMatchObject({
    ...{ ...kind, eventName: 'ConsoleLogin', responseElements: { ConsoleLogin: 'Success' } },
    additionalEventData: { MobileVersion: 'No', MFAUsed: 'No' },
  })
  expect(lineOf(again)).toMatchObject({
    responseElements: { ConsoleLogin: 'Failure' },
    errorMessage: 'The sign-in token is invalid, expired or used.',
  })
  expect(forged).toMatchObject({ name: 'ConsoleLogin', status: 400 })
  expect(lineOf(forged)).toBeNull()
  const written = house.events.map(lineOf)
  expect(JSON.stringify(written)).not.toContain(credentials.SecretAccessKey)
  expect(JSON.stringify(written)).not.toContain(token)
})
