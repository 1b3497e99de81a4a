/**
 * The console's federation endpoint: whoever holds temporary credentials gets a sign-in token for
 * them, and a browser signs in with it, once.
 *
 * Source: IAM User Guide, "Enable custom identity broker access to the AWS console". Answers to
 * what is refused, and their words, are chosen by us.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Caller, CredentialPort } from '@bailiwick/gateway'
import type { HttpAnswer, HttpRequest } from '@bailiwick/wire'
import type { SessionClaims } from '../credentials/port.ts'
import type { SealedMessagesPort } from '../credentials/sealed-messages.ts'
import type { SessionTokens } from '../credentials/session-token.ts'
import { jsonAnswer } from '../http/json-answer.ts'
import { consoleDestination, parsedAddress } from './destination.ts'
import type { OpenConsole, SignInEvent } from './port.ts'
import { parametersOf, sessionOf, type Parameters } from './parameters.ts'
import { openSigninToken, sealSigninToken, signinTokenSeconds } from './signin-token.ts'
import type { SpentTokens } from './spent-tokens.ts'

/** Seconds of SessionDuration. Source: the same page. */
const sessionSecondsMin = 900
const sessionSecondsMax = 43_200
const nonceBytes = 16

export interface FederationEndpointOptions {
  readonly lookup: CredentialPort['lookup']
  readonly sessions: Pick<SessionTokens, 'open'>
  readonly messages: SealedMessagesPort
  readonly spent: SpentTokens
  readonly openConsole: OpenConsole
  /** Where the console listens; absent: it does not. */
  readonly consoleOrigin?: string
  readonly record: (event: SignInEvent) => void
  /** A bug or a store that does not answer, with its cause: for the log. */
  readonly reportBug: (requestId: string, cause: unknown) => void
  readonly clock: () => Date
  readonly randomBytes: (length: number) => Uint8Array
  readonly newRequestId: () => string
}

/** Says no, with a status and why; the caller, once known, is named in the ledger. */
class SignInRefusal extends Error {
  readonly status: number

  constructor(message: string, status = 400) {
    super(message)
    this.status = status
  }
}

const invalidCredentials = 'The credentials of the session are invalid.'
const invalidToken = 'The sign-in token is invalid, expired or used.'

/** One request on its way, and what is found out about it for the log and the ledger. */
interface Exchange {
  readonly options: FederationEndpointOptions
  readonly request: HttpRequest
  readonly requestId: string
  readonly now: Date
  parameters: Parameters
  name?: 'GetSigninToken' | 'ConsoleLogin'
  caller?: Caller
}

/** Answers any request, and never rejects. */
export function createFederationEndpoint(
  options: FederationEndpointOptions,
): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    const requestId = options.newRequestId()
    const now = options.clock()
    const exchange: Exchange = { options, request, requestId, now, parameters: new Map() }
    try {
      const answer = await act(exchange)
      record(exchange, answer.status)
      return withoutReferrer(answer)
    } catch (thrown) {
      const refusal = thrown instanceof SignInRefusal ? thrown : undefined
      const { message, status } =
        refusal ?? new SignInRefusal('The sign-in has failed because of an unknown error.', 500)
      if (!refusal) options.reportBug(requestId, thrown)
      record(exchange, status, message)
      return withoutReferrer(jsonAnswer(status, { message }))
    }
  }
}

function record(exchange: Exchange, status: number, error?: string): void {
  const { options, request, requestId, now, name, caller } = exchange
  options.record({
    ...{ requestId, at: now, status },
    sourceIp: request.remoteAddress,
    userAgent: request.headers.get('user-agent') ?? '',
    secure: request.secure,
    ...(request.tls && { tls: request.tls }),
    host: request.headers.get('host') ?? '',
    ...(name && { name }),
    ...(caller && { caller }),
    ...(error !== undefined && { error }),
  })
}

/** The address of a sign-in holds its token: no page it leads to is told. */
function withoutReferrer(answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, 'referrer-policy': 'no-referrer' } }
}

async function act(exchange: Exchange): Promise<HttpAnswer> {
  const { request } = exchange
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new SignInRefusal('Ask with GET or POST.', 405)
  }
  const parameters = parametersOf(request)
  if (typeof parameters === 'string') throw new SignInRefusal(parameters)
  exchange.parameters = parameters
  const action = parameters.get('Action')
  if (action === 'getSigninToken') return getSigninToken(exchange)
  if (action === 'login') return login(exchange)
  throw new SignInRefusal('Action is getSigninToken or login.')
}

async function getSigninToken(exchange: Exchange): Promise<HttpAnswer> {
  exchange.name = 'GetSigninToken'
  const { parameters, now } = exchange
  const { messages, randomBytes } = exchange.options
  const session = sessionOf(parameters)
  if (typeof session === 'string') throw new SignInRefusal(session)
  const { sessionId: accessKeyId, sessionKey, sessionToken } = session
  const found = await credentialsOf(exchange, accessKeyId, sessionToken)
  if (!sameSecret(found.secretAccessKey, sessionKey)) throw new SignInRefusal(invalidCredentials)
  exchange.caller = found.caller
  const seconds = sessionSeconds(parameters.get('SessionDuration'), found.claims)
  const after = (lifeSeconds: number) => new Date(now.getTime() + lifeSeconds * 1000)
  const SigninToken = sealSigninToken(messages, {
    nonce: Buffer.from(randomBytes(nonceBytes)).toString('base64url'),
    expiresAt: after(signinTokenSeconds),
    ...{ accessKeyId, sessionToken },
    ...(seconds !== undefined && { sessionExpiresAt: after(seconds) }),
  })
  return jsonAnswer(200, { SigninToken })
}

async function login(exchange: Exchange): Promise<HttpAnswer> {
  exchange.name = 'ConsoleLogin'
  const { options, parameters, now } = exchange
  const { messages, spent, openConsole, consoleOrigin } = options
  const token = openSigninToken(messages, parameters.get('SigninToken') ?? '', now)
  if (token === undefined) throw new SignInRefusal(invalidToken)
  const { caller, claims } = await credentialsOf(exchange, token.accessKeyId, token.sessionToken)
  exchange.caller = caller
  const asked = parameters.get('Destination')
  const destination = asked === undefined ? '/' : consoleDestination(asked, consoleOrigin)
  if (destination === undefined) {
    throw new SignInRefusal('Destination is not a page of the console.')
  }
  const issuer = parameters.get('Issuer')
  if (issuer !== undefined && parsedAddress(issuer) === undefined) {
    throw new SignInRefusal('Issuer is not an http or https address.')
  }
  // Last of all: a token is used up by a request that is otherwise in order, and by no other.
  const use = await spent.spend(claims.accountId, token, now)
  if (use === 'full') throw new SignInRefusal('Too many sign-ins: try again in a while.', 503)
  if (use === 'again') throw new SignInRefusal(invalidToken)
  const { sessionExpiresAt: expiresAt = claims.expiresAt } = token
  return openConsole({
    caller,
    claims: { ...claims, expiresAt, assumedInSession: true },
    destination,
    ...(issuer !== undefined && { issuer }),
  })
}

/** Genuine temporary credentials of a kind that may sign in, and whoever stands behind them. */
async function credentialsOf(
  { options: { lookup, sessions }, now }: Exchange,
  accessKeyId: string,
  sessionToken: string,
) {
  const opening = sessions.open(accessKeyId, sessionToken, now)
  if (!opening.ok && opening.problem === 'expiredToken') {
    throw new SignInRefusal('The credentials of the session have expired.')
  }
  const found = await lookup(accessKeyId, sessionToken, now)
  if (!found.ok || !opening.ok) throw new SignInRefusal(invalidCredentials)
  const { claims } = opening
  if (claims.kind !== 'assumedRole' && claims.kind !== 'federatedUser') {
    throw new SignInRefusal('Only sessions of a role or a federated user may sign in.')
  }
  return { ...found, claims }
}

/** Undefined: as long as the credentials. */
function sessionSeconds(text: string | undefined, claims: SessionClaims): number | undefined {
  if (text === undefined) return undefined
  if (claims.kind === 'federatedUser') {
    throw new SignInRefusal('SessionDuration is not for credentials of GetFederationToken.')
  }
  if (claims.assumedInSession) {
    throw new SignInRefusal(
      'SessionDuration is not for a role that was assumed with temporary credentials.',
    )
  }
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (seconds < sessionSecondsMin || seconds > sessionSecondsMax) {
    const range = `${sessionSecondsMin} to ${sessionSecondsMax}`
    throw new SignInRefusal(`SessionDuration is a number of seconds from ${range}.`)
  }
  return seconds
}

/** In a time that does not tell where they differ. */
function sameSecret(held: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(held), digest(given))
}
