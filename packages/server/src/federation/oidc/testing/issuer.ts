/** An OpenID Connect issuer in memory, and the tokens it signs, good ones and bent ones. */
import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { SignatureAlgorithm } from '../verification-key.ts'

export interface TestKey {
  readonly kid: string
  readonly alg: SignatureAlgorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

export function newKey(alg: SignatureAlgorithm, kid: string = randomUUID(), bits = 2048): TestKey {
  const namedCurve = curves[alg]
  const pair = namedCurve
    ? generateKeyPairSync('ec', { namedCurve })
    : generateKeyPairSync('rsa', { modulusLength: bits })
  return { kid, alg, ...pair }
}

export function jwkOf({ kid, alg, publicKey }: TestKey): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }
}

export const base64url = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Signs as JWS does, whatever the header claims. */
export function signedWith(key: TestKey, header: unknown, payload: unknown): string {
  const content = `${base64url(header)}.${base64url(payload)}`
  const hash = `sha${key.alg.slice(2)}`
  const signature = key.alg.startsWith('ES')
    ? sign(hash, Buffer.from(content), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
    : sign(hash, Buffer.from(content), key.privateKey)
  return `${content}.${signature.toString('base64url')}`
}

export function macedWith(secret: string | Buffer, header: unknown, payload: unknown): string {
  const content = `${base64url(header)}.${base64url(payload)}`
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}

/** What the issuer publishes; a test changes it, and sees what was asked for. */
export class TestIssuer {
  readonly url: string
  keys: TestKey[]
  readonly asked: string[] = []
  /** Documents that differ from what is right, by URL; a function may throw. */
  readonly bent = new Map<string, () => unknown>()

  constructor(url: string, ...keys: TestKey[]) {
    this.url = url
    this.keys = keys
  }

  readonly getDocument = (url: string): Promise<unknown> => {
    this.asked.push(url)
    const bent = this.bent.get(url)
    if (bent) return Promise.resolve().then(bent)
    if (url === this.configurationUrl) {
      return Promise.resolve({ issuer: this.url, jwks_uri: this.keysUrl })
    }
    if (url === this.keysUrl) return Promise.resolve({ keys: this.keys.map(jwkOf) })
    return Promise.reject(new Error(`nobody was to ask for ${url}`))
  }

  get configurationUrl(): string {
    return `${this.url.replace(/\/$/, '')}/.well-known/openid-configuration`
  }

  get keysUrl(): string {
    return `${this.url.replace(/\/$/, '')}/jwks`
  }

  token(claims: object, key = this.keys[0] as TestKey, header: object = {}): string {
    return signedWith(key, { alg: key.alg, kid: key.kid, typ: 'JWT', ...header }, claims)
  }
}
