/** Where a command writes, and how it ends: handed in, so that tests read it. */
export interface Terminal {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  /** A file's text; `-` is standard input. Throws what the platform throws. */
  readonly readText: (path: string) => string
  readonly now: () => Date
}

/** Exit codes of the policy commands. */
export const exitCodes = { ok: 0, found: 1, usage: 2 } as const

/** Something the user can mend: shown as one line, ends with {@link exitCodes.usage}. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
