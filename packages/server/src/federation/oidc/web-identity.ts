/**
 * Who a web identity token proves: its issuer is a provider of the role's account, and its
 * signature one of the issuer's. Source: STS API Reference, AssumeRoleWithWebIdentity.
 */
import { Refusal } from '@bailiwick/gateway'
import type { Caller, CallerProof } from '@bailiwick/gateway'
import { iamArn } from '../../domain/arn.ts'
import type { OidcProvider } from '../../domain/entity.ts'
import type { Store } from '../../store/port.ts'
import { invalidIdentityToken } from '../refusals.ts'
import {
  claimKeys,
  comparedAudiences,
  issuerOf,
  sessionClaimKeys,
  standardClaims,
} from './claims.ts'
import { FetchFailure } from './fetch-failure.ts'
import { parseIdToken } from './id-token.ts'
import type { IdToken } from './id-token.ts'
import type { Issuer, KeySource } from './key-source.ts'
import { tokenAttributes } from './token-attributes.ts'

type WebIdentityProof = Extract<CallerProof, { kind: 'webIdentity' }>

/** Issuers that the operator lets be at addresses that are not public. */
export type PrivateIssuers = ReadonlyMap<string, { readonly authorities?: string }>

export interface WebIdentityPorts {
  readonly store: Pick<Store, 'read'>
  readonly keys: KeySource
  readonly partition: string
  /** By URL. */
  readonly privateIssuers: PrivateIssuers
  /** Why an issuer's keys could not be had: for the operator. */
  readonly report: (message: string) => void
}

/** Whose tokens need no provider in the account: trust policies name them as they are. */
const builtInProviders: readonly string[] = [
  'accounts.google.com',
  'cognito-identity.amazonaws.com',
]

/** Who vouches, as an account trusts it. */
interface Provider {
  /** The URL without `https://`: what condition keys begin with. */
  readonly name: string
  /** As trust policies name it. */
  readonly principal: string
  readonly thumbprints: readonly string[]
  /** Undefined: any; the trust policy names the audience. */
  readonly clientIds: readonly string[] | undefined
}

/** Errors: ExpiredTokenException, IDPCommunicationError, InvalidIdentityToken. */
export async function proveWebIdentity(
  ports: WebIdentityPorts,
  { accountId, token: text, providerId }: WebIdentityProof,
  now: Date,
): Promise<Caller> {
  // Access tokens of OAuth 2.0 are no proof that we could verify; the wording is chosen by us.
  if (providerId !== undefined) throw invalidIdentityToken('ProviderId is not supported')
  const token = parseIdToken(text)
  if (!token) {
    const hint = '(You may see this error if you sent an Access Token)'
    throw invalidIdentityToken(`The ID Token provided is not a valid JWT. ${hint}`)
  }
  const url = issuerOf(token.claims)
  const provider = await providerOf(ports, accountId, url)
  const { thumbprints } = provider
  const listed = ports.privateIssuers.get(url)
  const issuer = { url, thumbprints, mayBePrivate: listed !== undefined, ...listed }
  await verify(ports, issuer, token, now)
  return callerOf(provider, url, accountId, token, now)
}

/** Errors: InvalidIdentityToken. */
async function providerOf(
  { store, partition }: WebIdentityPorts,
  accountId: string,
  url: string,
): Promise<Provider> {
  const name = url.startsWith('https://') ? url.slice('https://'.length) : url
  const own = await store.read((reader) => reader.find('oidcProvider', accountId, name))
  // Names are unique ignoring case; an issuer is compared exactly.
  if (own?.name === name && url !== name) return { ...own, principal: arnOf(own, partition) }
  if (builtInProviders.includes(name) && url !== name) {
    return { name, principal: name, thumbprints: [], clientIds: undefined }
  }
  throw invalidIdentityToken(`No OpenIDConnect provider found in your account for ${url}`)
}

function arnOf({ accountId, name }: OidcProvider, partition: string): string {
  return iamArn({ partition, accountId }, 'oidc-provider', '/', name)
}

const noKey =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"

/** Errors: IDPCommunicationError, InvalidIdentityToken. */
async function verify(
  { keys, report }: WebIdentityPorts,
  issuer: Issuer,
  token: IdToken,
  now: Date,
): Promise<void> {
  const key = await keys.find(issuer, token.key, now).catch((error: unknown) => {
    if (!(error instanceof FetchFailure)) throw error
    report(`The keys of ${issuer.url} could not be had: ${error.message}`)
    if (error.kind === 'unreachable') throw new Refusal('IDPCommunicationError', noKey)
    throw invalidIdentityToken(error.kind === 'untrusted' ? untrusted : noKey)
  })
  if (!key) throw invalidIdentityToken(noKey)
  const { compactVerify } = await import('jose') // Not at start: few have such callers.
  try {
    await compactVerify(token.text, key, { algorithms: [token.key.alg] })
  } catch {
    throw invalidIdentityToken('Invalid Token')
  }
}

const untrusted = "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint"

/** Errors: ExpiredTokenException, InvalidIdentityToken. */
function callerOf(
  { name, principal, clientIds }: Provider,
  url: string,
  accountId: string,
  { claims }: IdToken,
  now: Date,
): Caller {
  const standard = standardClaims(claims, now)
  const audience = comparedAudiences(standard).find((one) => clientIds?.includes(one) ?? true)
  if (audience === undefined) throw invalidIdentityToken('Incorrect token audience')
  const { subject } = standard
  const keys = claimKeys(name, claims, standard)
  const federatedProvider = { 'aws:federatedprovider': principal }
  return {
    principal: { kind: 'federated', provider: principal },
    arn: principal,
    userId: `${url}:${audience}:${subject}`,
    userName: subject,
    contextKeys: new Map(Object.entries({ ...keys, ...federatedProvider })),
    policies: { identity: [] },
    inManagementAccount: false,
    proven: {
      kind: 'webIdentity',
      accountId,
      provider: clientIds ? url : name,
      subject,
      audience,
      ...tokenAttributes(claims),
      sessionContextKeys: { ...sessionClaimKeys(name, keys), ...federatedProvider },
    },
  }
}
