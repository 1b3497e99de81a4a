/** Credentials bent in every way we know of: each is tried, and must be refused. */

/** Attacks on one kind of credential. */
export interface AttackGroup {
  /** As the table's heading: `Web identity tokens`. */
  readonly credential: string
  /** Opens what the attacks need, and tries the credential unbent: that must work. */
  readonly open: () => Promise<Attempt>
  readonly attacks: readonly Attack[]
}

export interface Attack {
  readonly attack: string
  /** The code of the refusal. */
  readonly refused: string
}

/** Tries an attack by its name; resolves only where it succeeds. */
export type Attempt = (attack: string) => Promise<unknown>

/** A group whose attacks are functions of what was opened. */
export function attackGroup<T>(
  credential: string,
  open: () => Promise<T>,
  unbent: (opened: T) => Promise<unknown>,
  rows: readonly (readonly [
    attack: string,
    refused: string,
    run: (opened: T) => Promise<unknown>,
  ])[],
): AttackGroup {
  const runs = new Map(rows.map(([attack, , run]) => [attack, run]))
  return {
    credential,
    async open() {
      const opened = await open()
      await unbent(opened)
      return async (attack) => runs.get(attack)?.(opened)
    },
    attacks: rows.map(([attack, refused]) => ({ attack, refused })),
  }
}

/** `docs/generated/attacks.md`. */
export function attacksPage(groups: readonly AttackGroup[]): string {
  const sections = groups.map(({ credential, attacks }) => {
    const rows = attacks.map(({ attack, refused }) => `| ${attack} | \`${refused}\` |`)
    return [`## ${credential}`, '', '| attack | refused with |', '| --- | --- |', ...rows].join(
      '\n',
    )
  })
  const count = groups.reduce((sum, { attacks }) => sum + attacks.length, 0)
  return `# Attacks on credentials

Written by \`packages/server/src/testing/attacks/attacks.test.ts\`, which tries all ${count} of them
against the real store, engine and federation, and the credential unbent first: that one works.

${sections.join('\n\n')}
`
}
