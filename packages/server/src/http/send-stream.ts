import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { spent } from '@bailiwick/gateway'

/**
 * Sends the body of an answer as it comes, as fast as the client reads. What breaks off on either
 * side ends the other: half an answer must not look whole.
 *
 * Not node's `pipeline`, which costs a small answer as much again as all the rest of its way.
 */
export function sendStream(body: Readable, response: ServerResponse): void {
  body.on('data', (bytes: Uint8Array) => {
    spent(bytes.length)
    if (!response.write(bytes)) body.pause()
  })
  body.on('end', () => response.end())
  body.on('error', () => undefined) // Told by `close`.
  body.on('close', () => {
    if (!body.readableEnded) response.destroy()
  })
  response.on('drain', () => body.resume())
  response.on('close', () => {
    if (!response.writableFinished) body.destroy()
  })
  if (body.destroyed && !body.readableEnded) response.destroy()
}
