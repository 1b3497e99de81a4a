/** Something the user can mend: one line on standard error, exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}
