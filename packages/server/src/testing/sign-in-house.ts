/** A deployment with the console's federation endpoint, a user and a role to sign in with. */
import { headersOf, type HttpAnswer } from '@bailiwick/wire'
import {
  createFederationEndpoint,
  type FederationEndpointOptions,
} from '../signin/federation-endpoint.ts'
import type { ConsoleSignIn, SignInEvent } from '../signin/port.ts'
import { createSpentTokens } from '../signin/spent-tokens.ts'
import { answerWithoutConsole } from '../signin/without-console.ts'
import {
  managementAccountId as home,
  openDeployment,
  policy,
  trust,
  userWith,
} from './deployment.ts'
import type { Credentials } from './deployment.ts'

export const consoleOrigin = 'https://iam.example.com'
export const roleArn = (name: string) => `arn:aws:iam::${home}:role/${name}`

export type Parts = Readonly<Record<string, string>>

const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' })

/** The members as scripts written for AWS name them. */
export function sessionText({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials): string {
  const members = {
    sessionId: AccessKeyId,
    sessionKey: SecretAccessKey,
    sessionToken: SessionToken,
  }
  return JSON.stringify(members)
}

export async function openSignInHouse(change: Partial<FederationEndpointOptions> = {}, seed = 'a') {
  const d = await openDeployment({ seed })
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann', all)
  for (const RoleName of ['Ops', 'Chained']) {
    const AssumeRolePolicyDocument = trust(home)
    await d.call(root, 'iam', 'CreateRole', { RoleName, AssumeRolePolicyDocument })
    const inline = { RoleName, PolicyName: 'P', PolicyDocument: all }
    await d.call(root, 'iam', 'PutRolePolicy', inline)
  }
  const signIns: ConsoleSignIn[] = []
  const events: SignInEvent[] = []
  const bugs: unknown[] = []
  const { sessions, messages, randomBytes, store, principals, clock } = d
  const options: FederationEndpointOptions = {
    ...{ sessions, messages, randomBytes, lookup: principals.lookup, consoleOrigin },
    spent: createSpentTokens(store),
    openConsole: (signIn) => {
      signIns.push(signIn)
      return answerWithoutConsole(signIn)
    },
    record: (event) => void events.push(event),
    reportBug: (_id, cause) => void bugs.push(cause),
    clock: () => clock.now,
    newRequestId: () => 'request',
    ...change,
  }
  const endpoint = createFederationEndpoint(options)

  /** With GET, in the query. */
  function ask(parts: Parts | string, method = 'GET', rawHeaders: readonly string[] = []) {
    const form = typeof parts === 'string' ? parts : new URLSearchParams(parts).toString()
    const isForm = method === 'POST'
    return endpoint({
      ...{ method, rawHeaders, headers: headersOf(rawHeaders), secure: false },
      target: isForm ? '/_bailiwick/federation' : `/_bailiwick/federation?${form}`,
      body: Buffer.from(isForm ? form : ''),
      remoteAddress: '192.0.2.1',
    })
  }

  /** Rejects with the words of a refusal. */
  async function granted(parts: Parts): Promise<Record<string, string>> {
    const answer = await ask(parts)
    const said = bodyOf(answer)
    if (answer.status !== 200) throw new Error(said['message'])
    return said
  }
  const getToken = async (credentials: Credentials, more: Parts = {}) => {
    const parts = { Action: 'getSigninToken', Session: sessionText(credentials), ...more }
    return (await granted(parts))['SigninToken'] ?? ''
  }
  const login = (SigninToken: string, more: Parts = {}) =>
    granted({ Action: 'login', SigninToken, ...more })
  const assume = async (by: Credentials, name = 'Ops', DurationSeconds = 3600) => {
    const input = { RoleArn: roleArn(name), RoleSessionName: 'ann', DurationSeconds }
    return (await d.call(by, 'sts', 'AssumeRole', input)).Credentials as Required<Credentials>
  }
  return { d, root, ann, options, ask, getToken, login, assume, signIns, events, bugs }
}

export type SignInHouse = Awaited<ReturnType<typeof openSignInHouse>>

export function bodyOf({ body }: HttpAnswer): Record<string, string> {
  return JSON.parse(String(body)) as Record<string, string>
}
