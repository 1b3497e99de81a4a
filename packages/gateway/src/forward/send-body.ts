import type { Readable, Writable } from 'node:stream'
import type { BodyVerifier } from './payload.ts'
import { spent } from './spent-buffers.ts'

/**
 * Hands a body on as it comes, always one piece behind: the last one follows only once all has been
 * found good. What was altered, or breaks off, never becomes whole at the other end.
 *
 * Not node's `pipeline`: that destroys the source with what broke it, and so the connection on which
 * the client is to be told.
 *
 * @param then Called once: with nothing when all has been sent, else with what broke the body.
 * @returns What stops it; `then` is not called any more.
 */
export function sendBody(
  source: Readable,
  verifier: BodyVerifier,
  to: Writable,
  then: (broken?: unknown) => void,
): () => void {
  let held: Uint8Array | undefined
  const stop = () => {
    source.off('data', read)
    source.off('end', end)
    source.off('close', breakOff)
    to.off('drain', resume)
  }
  const finish = (broken?: unknown) => {
    stop()
    then(broken)
  }
  const resume = () => source.resume()
  const breakOff = () => {
    finish(source.errored ?? new Error('the body breaks off'))
  }
  const read = (bytes: Uint8Array) => {
    spent(bytes.length)
    try {
      for (const piece of verifier.read(bytes)) {
        const isFull = held !== undefined && !to.write(held)
        held = piece
        if (isFull && !source.isPaused()) source.pause()
      }
    } catch (thrown) {
      finish(thrown)
    }
  }
  const end = () => {
    try {
      verifier.end()
    } catch (thrown) {
      finish(thrown)
      return
    }
    to.end(held)
    finish()
  }
  source.on('error', () => undefined) // Told by `close`.
  source.on('data', read)
  source.on('end', end)
  source.on('close', breakOff)
  to.on('drain', resume)
  if (source.destroyed) breakOff()
  return stop
}
