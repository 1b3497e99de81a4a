import type { HttpAnswer, HttpRequest } from '@bailiwick/wire'
import { rawPathOf } from '@bailiwick/wire'
import { jsonAnswer } from './json-answer.ts'
import { hostName } from './loopback.ts'

/** The issuers of outbound web identity tokens: one for each account that has enabled it. */
export interface Issuers {
  /** The issuer's URL; undefined where there is none of this id, or it is disabled. */
  readonly urlOf: (federationId: string) => Promise<string | undefined>
  /** Public keys alone. */
  readonly keys: () => Promise<readonly object[]>
}

const id = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const ownHost = new RegExp(`^(${id})\\.tokens\\.sts\\.global\\.api\\.aws$`)
const ownPath = new RegExp(`^/_bailiwick/oidc/(${id})(/\\.well-known/.*)$`)

/**
 * What verifiers of tokens ask an issuer for, with its host's name (`<id>.tokens.sts…`, for who has
 * it resolve to us) or under `/_bailiwick/oidc/<id>`. Undefined for any other path.
 * Source: OpenID Connect Discovery 1.0 §3, §4; RFC 7517 §5.
 */
export function answerIssuerPath(
  request: HttpRequest,
  issuers: Issuers,
): Promise<HttpAnswer> | undefined {
  const host = request.headers.get('host') ?? ''
  const path = rawPathOf(request.target)
  const [, hostId] = ownHost.exec(hostName(host)) ?? []
  const [, pathId, rest] = ownPath.exec(path) ?? []
  const federationId = hostId ?? pathId
  if (federationId === undefined) return undefined
  // Who came by the path finds the keys by the path, too.
  const scheme = request.secure ? 'https' : 'http'
  const base = hostId === undefined ? `${scheme}://${host}/_bailiwick/oidc/${federationId}` : ''
  return answer(request, issuers, federationId, rest ?? path, base)
}

/**
 * The same documents by their URL, for tokens of ours that come back to us: nobody is asked for
 * them. Undefined where it is none of our issuers'.
 */
export async function ownDocument(url: string, issuers: Issuers): Promise<object | undefined> {
  if (!URL.canParse(url)) return undefined
  const { protocol, host, pathname } = new URL(url)
  const [, federationId] = ownHost.exec(host) ?? []
  if (protocol !== 'https:' || federationId === undefined) return undefined
  return documentOf(issuers, federationId, pathname, '')
}

async function answer(
  { method }: HttpRequest,
  ...asked: Parameters<typeof documentOf>
): Promise<HttpAnswer> {
  if (method !== 'GET' && method !== 'HEAD') return json(405, { message: 'Ask with GET.' })
  const found = await documentOf(...asked)
  return found ? json(200, found) : json(404, { message: 'There is no such issuer or document.' })
}

async function documentOf(
  issuers: Issuers,
  federationId: string,
  path: string,
  base: string,
): Promise<object | undefined> {
  const issuer = await issuers.urlOf(federationId)
  if (issuer === undefined) return undefined
  if (path === '/.well-known/jwks.json') return { keys: await issuers.keys() }
  if (path !== '/.well-known/openid-configuration') return undefined
  return {
    issuer,
    jwks_uri: `${base === '' ? issuer : base}/.well-known/jwks.json`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'ES384'],
    claims_supported: ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'https://sts.amazonaws.com/'],
  }
}

function json(status: number, value: unknown): HttpAnswer {
  return jsonAnswer(status, value, 'public, max-age=300')
}
