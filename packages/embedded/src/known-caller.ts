import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Whether a request is signed under the key that only the gate was told. */
export function isKnown({ headers }: IncomingMessage, accessKeyId: string): boolean {
  const given = Buffer.from(credentialOf(headers.authorization)[0] ?? '')
  const expected = Buffer.from(accessKeyId)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** Whose resources a request is about, as the gate says, and in which region. */
export interface Place {
  readonly accountId: string
  readonly region: string
}

/** Undefined where a request says neither. */
export function placeOf({ headers }: IncomingMessage): Place | undefined {
  const accountId = headers['x-moto-account-id']
  const region = credentialOf(headers.authorization)[2] ?? ''
  if (typeof accountId !== 'string' || !/^\d{12}$/.test(accountId)) return undefined
  return /^[a-z0-9-]{1,32}$/.test(region) ? { accountId, region } : undefined
}

/** `Credential=key/date/region/service/aws4_request` */
function credentialOf(authorization = ''): readonly string[] {
  return (/Credential=([^,\s]*)/.exec(authorization)?.[1] ?? '').split('/')
}
