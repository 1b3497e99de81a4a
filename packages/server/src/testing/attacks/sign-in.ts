import { roleArn, openSignInHouse, sessionText } from '../sign-in-house.ts'
import type { SignInHouse } from '../sign-in-house.ts'
import { attackGroup } from './attack.ts'

async function openSignIn() {
  const house = await openSignInHouse()
  const credentials = await house.assume(house.ann)
  const token = () => house.getToken(credentials)
  return { ...house, credentials, token }
}

type Opened = Awaited<ReturnType<typeof openSignIn>>

const invalidToken = 'The sign-in token is invalid, expired or used.'
const invalidCredentials = 'The credentials of the session are invalid.'
const notTemporary =
  'Session is JSON with the texts sessionId, sessionKey and sessionToken of temporary credentials.'
const otherKind = 'Only sessions of a role or a federated user may sign in.'
const elsewhere = 'Destination is not a page of the console.'

/** Rejects where every one of these changes of the token is refused. */
async function everyFlip({ login, token }: Opened): Promise<void> {
  const good = Buffer.from(await token(), 'base64url')
  let refusal: unknown
  for (let bit = 0; bit < good.length * 8; bit++) {
    const bent = Buffer.from(good)
    bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    refusal = await login(bent.toString('base64url')).catch((error: unknown) => error)
    if (!(refusal instanceof Error)) return
  }
  throw refusal
}

/** As if it were so many minutes later. */
async function later<T>({ d }: SignInHouse, minutes: number, then: () => Promise<T>): Promise<T> {
  const { now } = d.clock
  d.clock.now = new Date(now.getTime() + minutes * 60_000)
  return then().finally(() => (d.clock.now = now))
}

export const signInAttacks = attackGroup(
  'Sign-in tokens of the console',
  openSignIn,
  async ({ login, token }) => login(await token()),
  [
    [
      'a role’s key pair with another secret',
      invalidCredentials,
      ({ getToken, credentials }) => getToken({ ...credentials, SecretAccessKey: 'x'.repeat(40) }),
    ],
    [
      'a role’s key pair with another session’s token',
      invalidCredentials,
      async ({ getToken, credentials, assume, ann }) =>
        getToken({ ...credentials, SessionToken: (await assume(ann)).SessionToken }),
    ],
    ['a user’s long-term key', notTemporary, ({ getToken, ann }) => getToken(ann)],
    [
      'a user’s long-term key with an empty token',
      invalidCredentials,
      ({ getToken, ann }) => getToken({ ...ann, SessionToken: '' }),
    ],
    [
      'a user’s long-term key with somebody’s session token',
      invalidCredentials,
      ({ getToken, ann, credentials }) => getToken({ ...credentials, ...ann }),
    ],
    [
      'a session of GetSessionToken',
      otherKind,
      async ({ d, getToken, ann }) => {
        const { Credentials } = await d.call(ann, 'sts', 'GetSessionToken', {})
        return getToken(Credentials as never)
      },
    ],
    [
      'credentials that have expired',
      'The credentials of the session have expired.',
      (o) => later(o, 60, o.token),
    ],
    [
      'credentials of another deployment',
      invalidCredentials,
      async ({ getToken }) => {
        const other = await openSignInHouse({}, 'another deployment')
        return getToken(await other.assume(other.ann))
      },
    ],
    [
      'a token a second time',
      invalidToken,
      async ({ login, token }) => {
        const once = await token()
        await login(once)
        return login(once)
      },
    ],
    [
      'a token after a quarter of an hour',
      invalidToken,
      async (o) => {
        const old = await o.token()
        return later(o, 15, () => o.login(old))
      },
    ],
    ['a token with any one bit altered', invalidToken, everyFlip],
    [
      'a token of another deployment',
      invalidToken,
      async ({ login }) => {
        const other = await openSignInHouse({}, 'another deployment')
        return login(await other.getToken(await other.assume(other.ann)))
      },
    ],
    [
      'a message sealed for another purpose',
      invalidToken,
      ({ d, login, token }) =>
        token().then((good) =>
          login(d.messages.seal('authorization', d.messages.open('sign-in', good) ?? '')),
        ),
    ],
    [
      'a session token in its place',
      invalidToken,
      ({ login, credentials }) =>
        login(Buffer.from(credentials.SessionToken, 'base64').toString('base64url')),
    ],
    ['no token', invalidToken, ({ login }) => login('')],
    [
      'a token whose role was deleted since',
      invalidCredentials,
      async ({ d, root, login, getToken, assume, ann }) => {
        const token = await getToken(await assume(ann, 'Chained'))
        await d.call(root, 'iam', 'DeleteRolePolicy', { RoleName: 'Chained', PolicyName: 'P' })
        await d.call(root, 'iam', 'DeleteRole', { RoleName: 'Chained' })
        return login(token)
      },
    ],
    [
      'a longer session than the credentials’, of a chained role',
      'SessionDuration is not for a role that was assumed with temporary credentials.',
      async ({ getToken, assume, credentials, d, root }) => {
        const AssumeRolePolicyDocument = JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { AWS: roleArn('Ops') }, Action: 'sts:AssumeRole' },
          ],
        })
        await d.call(root, 'iam', 'CreateRole', { RoleName: 'Next', AssumeRolePolicyDocument })
        return getToken(await assume(credentials, 'Next'), { SessionDuration: '43200' })
      },
    ],
    [
      'a destination on another site',
      elsewhere,
      async ({ login, token }) =>
        login(await token(), { Destination: 'https://console.aws.amazon.com.evil.example/' }),
    ],
    [
      'a destination that browsers read as another site’s',
      elsewhere,
      async ({ login, token }) =>
        login(await token(), { Destination: 'https://console.aws.amazon.com/\\evil.example' }),
    ],
    [
      'a script as the destination',
      elsewhere,
      async ({ login, token }) => login(await token(), { Destination: 'javascript:alert(1)' }),
    ],
    [
      'a parameter twice',
      'A parameter is given twice.',
      async ({ ask, credentials }) => {
        const session = encodeURIComponent(sessionText(credentials))
        const answer = await ask(`Action=getSigninToken&Session=${session}&Session=${session}`)
        if (answer.status !== 200)
          throw new Error((JSON.parse(String(answer.body)) as Error).message)
      },
    ],
  ],
)
