/** Web identity tokens for STS: of the caller, or of a service account as a cluster gives them. */
import { callBailiwick, callQuery, childOf, type Access } from '../api-client.ts'
import { CommandError } from '../command-error.ts'
import type { Token } from './token-file.ts'

/** Seconds. A token is traded for credentials at once, and renewed long before it ends. */
const lifeSeconds = 900

/**
 * @param serviceAccount `NAMESPACE/NAME`, or true: the caller's own. Errors: CommandError.
 */
export function webIdentityToken(access: Access, serviceAccount: string | true): Promise<Token> {
  if (serviceAccount === true) return callersToken(access)
  const [namespace = '', name, ...more] = serviceAccount.split('/')
  if (name === undefined || more.length > 0) {
    throw new CommandError(`--web-identity ${serviceAccount}: NAMESPACE/SERVICE-ACCOUNT`)
  }
  return serviceAccountsToken(access, namespace, name)
}

async function serviceAccountsToken(
  access: Access,
  Namespace: string,
  ServiceAccount: string,
): Promise<Token> {
  const input = { Namespace, ServiceAccount, DurationSeconds: lifeSeconds }
  const answer = (await callBailiwick(access, 'GetServiceAccountToken', input)) as {
    readonly Token: string
    readonly IssuedAt: number
    readonly Expiration: number
  }
  const issuedAt = new Date(answer.IssuedAt * 1000)
  return { token: answer.Token, life: { issuedAt, expiresAt: new Date(answer.Expiration * 1000) } }
}

async function callersToken(access: Access): Promise<Token> {
  const issuedAt = new Date()
  const result = await callQuery(access, 'sts', 'GetWebIdentityToken', {
    'Audience.member.1': 'sts.amazonaws.com',
    SigningAlgorithm: 'RS256',
    DurationSeconds: String(lifeSeconds),
  })
  const text = (name: string) => childOf(result, name)?.text ?? ''
  return {
    token: text('WebIdentityToken'),
    life: { issuedAt, expiresAt: new Date(text('Expiration')) },
  }
}
