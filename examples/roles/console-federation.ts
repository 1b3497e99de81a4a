/**
 * A broker signs people in to the console: it enters a role for them, gets a sign-in token for the
 * role's temporary credentials, and sends the browser to a link that works once. Needs a running
 * Bailiwick and its administrator in the environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/roles/console-federation.ts
 *
 * console-federation.py is the same with boto3, as scripts written for AWS have it.
 */
import { assume, keyOf, makeRole, makeUser, present, say, show, stsAs, userMay } from '../walk.ts'
import type { Credentials } from '../walk.ts'

const endpoint = `${present(process.env['AWS_ENDPOINT_URL'], 'URL')}/_bailiwick/federation`

/** Calls the federation endpoint; what it refuses throws its words. */
async function federation(parameters: Readonly<Record<string, string>>) {
  const answer = await fetch(`${endpoint}?${new URLSearchParams(parameters).toString()}`)
  const said = (await answer.json()) as Readonly<Record<string, string>>
  if (answer.status !== 200) throw new Error(said['message'])
  return said
}

async function signinToken(credentials: Credentials, more: object = {}): Promise<string> {
  const Session = JSON.stringify({
    sessionId: credentials.accessKeyId,
    sessionKey: credentials.secretAccessKey,
    sessionToken: credentials.sessionToken,
  })
  const { SigninToken } = await federation({ Action: 'getSigninToken', Session, ...more })
  return present(SigninToken, 'SigninToken')
}

async function refused(words: string, call: Promise<unknown>): Promise<void> {
  const message = await call.then(
    () => 'it was not refused',
    (reason: unknown) => (reason as Error).message,
  )
  show(message)
  if (!message.includes(words)) throw new Error(`expected: ${words}`)
}

say('The broker may enter the role support, which reads IAM')
const broker = await makeUser('broker')
const read = { Effect: 'Allow', Action: ['iam:Get*', 'iam:List*'], Resource: '*' }
const support = await makeRole('support', {
  trust: { Effect: 'Allow', Principal: { AWS: broker }, Action: 'sts:AssumeRole' },
  may: [read],
})
await userMay('broker', { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: support })
const brokersKey = await keyOf('broker')

say('For hana it enters the role in her name, and gets a token for eight hours on the console')
const hana = await assume(stsAs(brokersKey), support, { RoleSessionName: 'hana' })
const SigninToken = await signinToken(hana, { SessionDuration: '28800' })

say('The link signs her in, once')
const link = {
  Action: 'login',
  Issuer: 'https://broker.example.com/',
  Destination: 'https://console.aws.amazon.com/iam/home',
  SigninToken,
}
const signedIn = await federation(link)
show(`${signedIn['arn'] ?? ''} until ${signedIn['expiration'] ?? ''}`)
await refused('invalid, expired or used', federation(link))

say('Long-term keys do not sign in, nor does the link lead anywhere else')
await refused('of temporary credentials', signinToken(brokersKey))
const astray = { ...link, SigninToken: await signinToken(hana), Destination: 'https://example.com' }
await refused('not a page of the console', federation(astray))

say('Done: temporary credentials signed in once, and to the console alone.')
