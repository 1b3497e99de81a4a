/**
 * Condition keys that AWS defines and that Bailiwick's gate cannot know of calls for a backend: a
 * subpath of its own (`@bailiwick/policy/unknown-keys`). The gate's own tests hold the list to what
 * the gate does; it may only shrink.
 */
import listed from './unknown-keys.json' with { type: 'json' }

/** By the service of the actions, as AWS writes them; one that ends in `/` or `:` begins many. */
type KeysByService = Readonly<Record<string, readonly string[]>>

export interface UnknownKeys {
  /** Policies that depend on them are refused in doubt. */
  readonly never: KeysByService
  /** Some calls tell them. */
  readonly notAlways: KeysByService
}

export const unknownKeys: UnknownKeys & {
  /** Of actions that no call for a backend asks for: no policy can depend on them there. */
  readonly notAsked: KeysByService
} = listed
