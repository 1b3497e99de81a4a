/**
 * Which sign-in tokens were used: each opens the console once, also where the server was started
 * anew in between. Kept with the deployment's settings, for each account apart, until they expire.
 */

/** Sign-ins of an account within the life of a token. Chosen by us: beyond it none is let in. */
export const spentTokensMax = 1000

export interface SettingStorage {
  setting(name: string): Promise<string | undefined>
  /** Durable before it returns. */
  putSetting(name: string, value: string): Promise<void>
}

type Spent = readonly (readonly [nonce: string, untilMs: number])[]

export interface SpentTokens {
  /**
   * `first`: it was not used before, and is now. `full`: nobody can tell, for so many were.
   * Rejects where the storage does, and then the token must not be let in.
   */
  spend(
    accountId: string,
    token: { readonly nonce: string; readonly expiresAt: Date },
    now: Date,
  ): Promise<'first' | 'again' | 'full'>
}

export function createSpentTokens(storage: SettingStorage): SpentTokens {
  let last: Promise<unknown> = Promise.resolve()

  async function spend(
    accountId: string,
    { nonce, expiresAt }: { readonly nonce: string; readonly expiresAt: Date },
    now: Date,
  ) {
    const name = `spent-signin-tokens/${accountId}`
    const all = JSON.parse((await storage.setting(name)) ?? '[]') as Spent
    const held = all.filter(([, untilMs]) => untilMs > now.getTime())
    if (held.some(([other]) => other === nonce)) return 'again'
    if (held.length >= spentTokensMax) return 'full'
    await storage.putSetting(name, JSON.stringify([...held, [nonce, expiresAt.getTime()]]))
    return 'first'
  }

  return {
    // One after the other: two who come with the same token must not both find it unused.
    spend(...use) {
      const spent = last.then(() => spend(...use))
      last = spent.catch(() => undefined)
      return spent
    },
  }
}
