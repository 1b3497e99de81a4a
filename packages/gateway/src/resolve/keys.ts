import type { ContextValue } from '@bailiwick/policy'
import type { ForwardedCall } from './forwarded-call.ts'
import { objectTagKeys, s3Keys } from './s3-keys.ts'
import { serviceKeys } from './service-keys.ts'
import { tagKeys } from './tag-keys.ts'

/** What a key is worth in a call; undefined: it is absent. */
export type KeyOf = (call: ForwardedCall, about: About) => ContextValue | undefined

export interface About {
  /** The resource's account as far as it is known; empty where it is not. */
  readonly owner: string
}

/** Keys by AWS's name, in lower case, that the gate knows how to tell. */
export const knownKeys: Readonly<Record<string, KeyOf>> = { ...s3Keys, ...serviceKeys }

type Keys = Readonly<Record<string, ContextValue | undefined>>

/** Keys whose names the request brings, under the name that stands for all of them. */
export const openKeys: Readonly<Record<string, (call: ForwardedCall) => Keys>> = {
  's3:requestobjecttag/<key>': objectTagKeys,
  'kms:encryptioncontext:${encryptioncontextkey}': ({ input }) => {
    const pairs = Object.entries(Object(input.EncryptionContext) as object)
    return Object.fromEntries(
      pairs.map(([key, value]) => [`kms:EncryptionContext:${key}`, String(value)]),
    )
  },
}

/** The keys of an action, as far as the request tells them; and the tags it brings. */
export function keysOf(call: ForwardedCall, names: readonly string[], about: About): Keys {
  const told = names.map((name) => [name, knownKeys[name.toLowerCase()]?.(call, about)] as const)
  const open = names.map((name) => openKeys[name.toLowerCase()]?.(call))
  return Object.assign({}, ...open, Object.fromEntries(told), tagKeys(call)) as Keys
}
