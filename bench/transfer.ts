/** Large objects over one connection, up and down, as fast as the other end takes or gives them. */
import { connect, type Socket } from 'node:net'

export interface Transfer {
  readonly seconds: number
  /** Bytes that came as the answer's body. */
  readonly received: number
  readonly head: string
}

/** Bytes of the pieces that are sent. */
export const pieceBytes = 256 * 1024

/**
 * Sends a head, then the pieces, and reads the answer to its end.
 *
 * @throws Error where the answer is not 200, or is cut off.
 */
export async function transfer(
  port: number,
  head: string,
  pieces: Iterable<Uint8Array> = [],
): Promise<Transfer> {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const startedAt = performance.now()
  const answer = answerOf(socket)
  socket.write(head)
  for (const piece of pieces) {
    if (!socket.write(piece)) await new Promise((resolve) => socket.once('drain', resolve))
  }
  const { head: answered, received } = await answer
  socket.destroy()
  if (!answered.startsWith('HTTP/1.1 200')) throw new Error(answered)
  return { seconds: (performance.now() - startedAt) / 1000, received, head: answered }
}

function answerOf(socket: Socket): Promise<{ readonly head: string; readonly received: number }> {
  return new Promise((resolve, reject) => {
    let head = ''
    let received = 0
    let length = -1
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (length === -1) {
        head += chunk.toString('latin1')
        const end = head.indexOf('\r\n\r\n')
        if (end === -1) return
        received = head.length - end - 4
        length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
        if (head.startsWith('HTTP/1.1 200')) head = head.slice(0, end)
      }
      if (received >= length) resolve({ head, received })
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error(`cut off after ${String(received)} bytes`)))
  })
}
