/** A file with a token that stays fresh while a program runs, for it alone to read. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Token {
  readonly token: string
  /** Absent where it lasts as long as the program. */
  readonly life?: { readonly issuedAt: Date; readonly expiresAt: Date }
}

export interface TokenFile {
  readonly path: string
  /** Removes the file and ends its renewal. */
  close(): void
}

/** Until what part of its life a token is kept. Source: Kubernetes, "Projected volumes". */
const keptPart = 0.8
/** How long to wait where a token could not be renewed. */
const retryMs = 10_000

/**
 * Readers never see half a token: a new one is written beside it and takes its place. A token that
 * cannot be renewed stays, and that is said on standard error.
 */
export async function openTokenFile(
  fetchToken: () => Promise<Token>,
  report: (message: string) => void,
): Promise<TokenFile> {
  const first = await fetchToken()
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-token-'))
  const path = join(folder, 'token')
  let timer: NodeJS.Timeout | undefined

  const keep = ({ token, life }: Token) => {
    const beside = `${path}.new`
    writeFileSync(beside, token, { mode: 0o600 })
    renameSync(beside, path)
    if (life) renewIn((life.expiresAt.getTime() - life.issuedAt.getTime()) * keptPart)
  }
  const renewIn = (waitMs: number) => {
    timer = setTimeout(() => void renew(), waitMs).unref()
  }
  const renew = () =>
    fetchToken()
      .then(keep)
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        report(`the token could not be renewed: ${message}`)
        renewIn(retryMs)
      })

  keep(first)
  return {
    path,
    close() {
      clearTimeout(timer)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
