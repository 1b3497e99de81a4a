import type { ContextValue } from '@bailiwick/policy'
import type { ForwardedCall } from './forwarded-call.ts'

/** A key that AWS sets and that nobody knows here: policies that ask for it are refused in doubt. */
export const notKnown = Symbol('not known')

/** What a key is worth in a call; undefined: it is absent. */
export type KeyOf = (
  call: ForwardedCall,
  about: About,
) => ContextValue | undefined | typeof notKnown

export interface About {
  /** As AWS writes it. */
  readonly action: string
  readonly arn: string
  /** The resource's account as far as it is known; empty where it is not. */
  readonly owner: string
}

export type Keys = Readonly<Record<string, ContextValue | undefined>>

/** Keys whose names the request brings, under the name that stands for all of them. */
export type OpenKeysOf = (call: ForwardedCall, about: About) => Keys | typeof notKnown
