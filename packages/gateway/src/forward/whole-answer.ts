import type { Readable } from 'node:stream'
import { BackendError } from './backend.ts'

/** The whole of an answer that is to be changed. Errors: rejects with a BackendError past the limit. */
export async function wholeOf(body: Readable, bytesMax: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of body as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > bytesMax) throw new BackendError('its answer is too long')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}
