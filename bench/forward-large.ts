/**
 * Large objects up and down: at what rate, at what cost in CPU, and how much memory the gate holds
 * meanwhile. Each answer is checked.
 */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { ChunkSigner, trailedFrames, trailedBytes } from './chunk-signer.ts'
import { signedHead } from './forward-request.ts'
import type { Way } from './forward-small.ts'
import { cpuSeconds, peakResidentMb, resetPeak } from './load.ts'
import type { Row } from './results.ts'
import { credentials } from './server.ts'
import { pieceBytes, transfer } from './transfer.ts'

const piece = Buffer.alloc(pieceBytes, 'bailiwick')

/** How an object is moved. */
export interface Large {
  readonly operation: string
  /** In `md5` the backend hashes what comes, as S3 does. */
  readonly bucket: 'bench' | 'md5'
  readonly form: 'get' | 'unsigned' | 'signed' | 'signed chunks' | 'crc32 trailer'
}

export const larges: readonly Large[] = [
  { operation: 'GET', bucket: 'bench', form: 'get' },
  { operation: 'PUT, payload not signed', bucket: 'bench', form: 'unsigned' },
  { operation: 'PUT, payload not signed, CRC-32 behind', bucket: 'bench', form: 'crc32 trailer' },
  { operation: 'PUT, payload signed', bucket: 'bench', form: 'signed' },
  { operation: 'PUT, signed in chunks', bucket: 'bench', form: 'signed chunks' },
  { operation: 'PUT, not signed, the backend hashes', bucket: 'md5', form: 'unsigned' },
  { operation: 'PUT, CRC-32 behind, the backend hashes', bucket: 'md5', form: 'crc32 trailer' },
  { operation: 'PUT, signed, the backend hashes', bucket: 'md5', form: 'signed' },
]

function* pieces(size: number): Generator<Uint8Array> {
  for (let left = size; left > 0; left -= pieceBytes) {
    yield left < pieceBytes ? piece.subarray(0, left) : piece
  }
}

/** What is sent of an object, but for its head's signature, which lives five minutes. */
interface Upload {
  readonly payloadHash: string
  readonly headers: readonly string[]
  readonly wireBytes: number
  readonly body: (head: {
    readonly text: string
    readonly signature: string
  }) => Iterable<Uint8Array>
}

function uploadOf({ form }: Large, size: number): Upload {
  const decoded = ['X-Amz-Decoded-Content-Length', String(size)]
  if (form === 'signed chunks') {
    const signer = new ChunkSigner(credentials, 'us-east-1')
    return {
      payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      headers: decoded,
      wireBytes: signer.wireBytes(size, piece),
      body: (head) => signer.frames(head, pieces(size)),
    }
  }
  if (form === 'crc32 trailer') {
    let value = 0
    for (const each of pieces(size)) value = crc32(each, value)
    const checksum = Buffer.alloc(4)
    checksum.writeUInt32BE(value)
    const trailer = `x-amz-checksum-crc32:${checksum.toString('base64')}`
    return {
      payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      headers: [...decoded, 'X-Amz-Trailer', 'x-amz-checksum-crc32'],
      wireBytes: trailedBytes(size, piece, trailer),
      body: () => trailedFrames(pieces(size), trailer),
    }
  }
  const payloadHash = form === 'signed' ? sha256Of(size) : 'UNSIGNED-PAYLOAD'
  return { payloadHash, headers: [], wireBytes: size, body: () => pieces(size) }
}

function sha256Of(size: number): string {
  const hash = createHash('sha256')
  for (const each of pieces(size)) hash.update(each)
  return hash.digest('hex')
}

/** One object up or down; seconds. @throws Error where it did not arrive whole. */
type Move = (way: Way) => Promise<number>

function mover(large: Large, size: number, gatePort: number): Move {
  if (large.form === 'get')
    return (way) => download(way, `/${large.bucket}/${String(size)}`, size, gatePort)
  const upload = uploadOf(large, size)
  return async (way) => {
    const length = ['Content-Length', String(upload.wireBytes), ...upload.headers]
    const target = `/${large.bucket}/large`
    const head = signedHead('PUT', target, gatePort, upload.payloadHash, length)
    const { seconds, head: answered } = await transfer(way.port, head.text, upload.body(head))
    const came = /x-amz-meta-size: (\d+)/i.exec(answered)?.[1]
    const expected = way.name === 'gate' ? size : upload.wireBytes
    if (came !== String(expected)) throw new Error(`${String(came)} of ${String(expected)} bytes`)
    return seconds
  }
}

async function download(way: Way, target: string, size: number, gatePort: number): Promise<number> {
  const { text } = signedHead('GET', target, gatePort, createHash('sha256').digest('hex'), [])
  const { seconds, received } = await transfer(way.port, text)
  if (received !== size) throw new Error(`${String(received)} bytes came`)
  return seconds
}

/**
 * One row: the backend's own rate and a bare proxy's, both as the mean of a shorter object before and
 * one after, so that what the machine does meanwhile meets all alike; and the gate's.
 */
export async function largeRow(
  [direct, bare, gate]: readonly [Way, Way, Way],
  large: Large,
  bytes: number,
): Promise<Row> {
  const shortBytes = bytes * 0.2
  const shorter = mover(large, shortBytes, gate.port)
  const whole = mover(large, bytes, gate.port)
  const before = [await shorter(direct), await shorter(bare)]
  resetPeak(gate.pid)
  const cpuBefore = cpuSeconds(gate.pid)
  const seconds = await whole(gate)
  const cpu = cpuSeconds(gate.pid) - cpuBefore
  const peakMb = peakResidentMb(gate.pid)
  const after = [await shorter(direct), await shorter(bare)]
  const rateOf = (way: 0 | 1) => (2 * shortBytes) / ((before[way] ?? 0) + (after[way] ?? 0)) / 1e6
  const [directRate, bareRate, gateRate] = [rateOf(0), rateOf(1), bytes / seconds / 1e6]
  return {
    operation: `${large.operation}, ${String(bytes / 1e9)} GB`,
    'direct MB/s': Math.round(directRate),
    'bare MB/s': Math.round(bareRate),
    'gate MB/s': Math.round(gateRate),
    'bare %': Math.round((100 * bareRate) / directRate),
    'gate %': Math.round((100 * gateRate) / directRate),
    'gate CPU s/GB': Number((cpu / (bytes / 1e9)).toFixed(2)),
    'gate peak MB': peakMb,
  }
}
