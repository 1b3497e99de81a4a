import type { Tag } from '../domain/entity.ts'
import type { SessionClaims } from './port.ts'

/**
 * What a token carries, as short as JSON allows: it travels with every request. Letters are never
 * given another meaning; a token lives a day and a half, so a new letter needs no new version.
 */
interface PackedClaims {
  readonly k: SessionClaims['kind']
  readonly a: string
  readonly p: string
  readonly n?: string
  /** Milliseconds since 1970, here and in `e` and `m`. */
  readonly i: number
  readonly e: number
  readonly d?: string
  readonly r?: readonly string[]
  readonly t?: readonly (readonly [key: string, value: string])[]
  readonly v?: readonly string[]
  readonly o?: string
  readonly h?: true
  readonly m?: number
  readonly f?: boolean
  readonly c?: Readonly<Record<string, string | readonly string[]>>
  /** The secret access key. */
  readonly s: string
}

/** Inverse of `unpackClaims`. */
export function packClaims(claims: SessionClaims, secretAccessKey: string): string {
  const packed: PackedClaims = {
    k: claims.kind,
    a: claims.accountId,
    p: claims.principalId,
    ...(claims.sessionName !== undefined && { n: claims.sessionName }),
    i: claims.issuedAt.getTime(),
    e: claims.expiresAt.getTime(),
    ...packPolicies(claims),
    ...(claims.sourceIdentity !== undefined && { o: claims.sourceIdentity }),
    ...(claims.assumedInSession && { h: true }),
    ...(claims.multiFactorAuthenticatedAt && { m: claims.multiFactorAuthenticatedAt.getTime() }),
    ...(claims.multiFactorAuthPresent !== undefined && { f: claims.multiFactorAuthPresent }),
    ...(claims.contextKeys && { c: claims.contextKeys }),
    s: secretAccessKey,
  }
  return JSON.stringify(packed)
}

/** The part whose size is the caller's choice: session policies and tags. */
export function packPolicies(
  claims: Pick<SessionClaims, 'sessionPolicy' | 'sessionPolicyArns' | 'tags' | 'transitiveTagKeys'>,
): Pick<PackedClaims, 'd' | 'r' | 't' | 'v'> {
  return {
    ...(claims.sessionPolicy !== undefined && { d: claims.sessionPolicy }),
    ...(claims.sessionPolicyArns.length > 0 && { r: claims.sessionPolicyArns }),
    ...(claims.tags.length > 0 && {
      t: claims.tags.map(({ Key, Value }) => [Key, Value] as const),
    }),
    ...(claims.transitiveTagKeys.length > 0 && { v: claims.transitiveTagKeys }),
  }
}

/** @param text What `packClaims` wrote: authenticated before it gets here, so it is not checked. */
export function unpackClaims(text: string): {
  readonly claims: SessionClaims
  readonly secretAccessKey: string
} {
  const packed = JSON.parse(text) as PackedClaims
  const tags: readonly Tag[] = (packed.t ?? []).map(([Key, Value]) => ({ Key, Value }))
  const claims: SessionClaims = {
    kind: packed.k,
    accountId: packed.a,
    principalId: packed.p,
    ...(packed.n !== undefined && { sessionName: packed.n }),
    issuedAt: new Date(packed.i),
    expiresAt: new Date(packed.e),
    ...(packed.d !== undefined && { sessionPolicy: packed.d }),
    sessionPolicyArns: packed.r ?? [],
    tags,
    transitiveTagKeys: packed.v ?? [],
    ...(packed.o !== undefined && { sourceIdentity: packed.o }),
    ...(packed.h && { assumedInSession: true }),
    ...(packed.m !== undefined && { multiFactorAuthenticatedAt: new Date(packed.m) }),
    ...(packed.f !== undefined && { multiFactorAuthPresent: packed.f }),
    ...(packed.c && { contextKeys: packed.c }),
  }
  return { claims, secretAccessKey: packed.s }
}
