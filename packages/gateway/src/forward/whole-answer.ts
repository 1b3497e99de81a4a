import type { Readable } from 'node:stream'
import { BackendError } from './backend-error.ts'

/**
 * The whole of an answer that is to be changed. Errors: rejects with a BackendError past the limit, or
 * where it is cut off.
 */
export async function wholeOf(body: Readable, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      size += piece.length
      if (size > bytesMax) throw new Error('its answer is too long')
      pieces.push(piece)
    }
  } catch (cause) {
    throw new BackendError((cause as Error).message, 'broken', cause)
  }
  return Buffer.concat(pieces)
}
