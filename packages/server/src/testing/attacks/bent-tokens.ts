/** Session tokens bent in every place. */
import type { Credentials } from '../deployment.ts'

/** Credentials, and what they are good for. */
interface Held {
  readonly mine: Required<Credentials>
  readonly use: (credentials: Credentials) => Promise<unknown>
}

/** Rejects where every one of these changes of the token is refused. */
export async function everyBend(
  { use, mine }: Held,
  bends: (token: Buffer) => Iterable<Buffer>,
): Promise<void> {
  const token = Buffer.from(mine.SessionToken, 'base64')
  let refusal: unknown
  for (const bent of bends(token)) {
    refusal = await use({ ...mine, SessionToken: bent.toString('base64') }).catch(
      (error: unknown) => error,
    )
    if (!(refusal instanceof Error)) return
  }
  throw refusal
}

export function* flips(token: Buffer) {
  for (let bit = 0; bit < token.length * 8; bit++) {
    const bent = Buffer.from(token)
    bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    yield bent
  }
}

export function* prefixes(token: Buffer) {
  for (let length = 0; length < token.length; length++) yield token.subarray(0, length)
}
