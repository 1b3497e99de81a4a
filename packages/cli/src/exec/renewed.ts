/** Milliseconds before their end at which credentials are renewed, as AWS's services do it. */
export const renewalMs = 600_000

interface Ending {
  readonly expiresAt: Date
  readonly issuedAt: Date
}

/**
 * Credentials that are fetched when they are first asked for, and again shortly before they end;
 * whoever asks meanwhile waits for the same answer. Where they cannot be renewed, those that still
 * hold are given.
 */
export function renewed<T extends Ending>(
  fetchThem: () => Promise<T>,
  now: () => Date,
): () => Promise<T> {
  let held: T | undefined
  let pending: Promise<T> | undefined
  return async () => {
    const at = now().getTime()
    if (held !== undefined && at < renewalAt(held)) return held
    pending ??= fetchThem().finally(() => (pending = undefined))
    try {
      return (held = await pending)
    } catch (error) {
      if (held !== undefined && at < held.expiresAt.getTime()) return held
      throw error
    }
  }
}

/** Of short-lived ones when a third of their life is left. */
function renewalAt({ issuedAt, expiresAt }: Ending): number {
  const lifeMs = expiresAt.getTime() - issuedAt.getTime()
  return expiresAt.getTime() - Math.min(renewalMs, lifeMs / 3)
}
