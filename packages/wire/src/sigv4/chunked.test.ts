import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChunkedReader, ChunkError, chunkHeaderBytesMax, trailerBytesMax } from './chunked.ts'
import type { ChunkedBody, ChunkedForm } from './chunked.ts'
import { deriveSigningKey } from './key.ts'

// Goal: the published uploads in chunks are read, in whatever pieces they arrive, and nothing that
// was altered is. Source: Amazon S3 API Reference, "Transferring payload in multiple chunks" and
// "Including trailing headers", whose examples share key, date and 65 KiB of `a`.
const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const seed = {
  timestamp: '20130524T000000Z',
  scope: '20130524/us-east-1/s3/aws4_request',
  signingKey: deriveSigningKey(secret, '20130524', 'us-east-1', 's3'),
}
const data = 'a'.repeat(66_560)
const forms = {
  signed: { signed: true, trailer: false },
  trailer: { signed: true, trailer: true },
  unsigned: { signed: false, trailer: true },
} as const satisfies Record<string, ChunkedForm>

const seeds = {
  signed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  trailer: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  unsigned: '',
} as const
const signatures = {
  signed: [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ],
  trailer: [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ],
  unsigned: [],
} as const
const trailerLines =
  'x-amz-checksum-crc32c:sOO8/Q==\r\n' +
  'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n'

type Kind = keyof typeof forms

function published(kind: Kind): string {
  const header = (size: string, at: number) =>
    kind === 'unsigned' ? size : `${size};chunk-signature=${signatures[kind][at] ?? ''}`
  const chunks = `${header('10000', 0)}\r\n${data.slice(0, 65_536)}\r\n${header('400', 1)}\r\n${data.slice(65_536)}\r\n${header('0', 2)}\r\n`
  if (kind === 'signed') return `${chunks}\r\n`
  return chunks + (kind === 'trailer' ? trailerLines : 'x-amz-checksum-crc32c:sOO8/Q==\r\n\r\n')
}

function bodyOf(kind: Kind, change: Partial<ChunkedBody> = {}): ChunkedBody {
  return {
    form: forms[kind],
    seed: { ...seed, signature: seeds[kind] },
    trailerNames: forms[kind].trailer ? ['x-amz-checksum-crc32c'] : [],
    decodedLength: data.length,
    ...change,
  }
}

function readAll(body: ChunkedBody, wire: string, pieceBytes: number) {
  const reader = new ChunkedReader(body)
  const bytes = Buffer.from(wire, 'latin1')
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    pieces.push(...reader.read(bytes.subarray(at, at + pieceBytes)))
  }
  const trailers = reader.end()
  return { data: Buffer.concat(pieces).toString('latin1'), trailers }
}

function faultOf(body: ChunkedBody, wire: string): ChunkError['kind'] | undefined {
  try {
    readAll(body, wire, 1 << 20)
    return undefined
  } catch (thrown) {
    if (thrown instanceof ChunkError) return thrown.kind
    throw thrown
  }
}

for (const kind of ['signed', 'trailer', 'unsigned'] as const) {
  for (const pieceBytes of [1, 7, 4096, 1 << 20]) {
    test(`the published ${kind} upload, in pieces of ${pieceBytes} bytes`, () => {
      const read = readAll(bodyOf(kind), published(kind), pieceBytes)
      expect(read.data === data).toBe(true)
      expect([...read.trailers]).toEqual(
        kind === 'signed' ? [] : [['x-amz-checksum-crc32c', 'sOO8/Q==']],
      )
    })
  }
}

const altered: readonly [
  what: string,
  kind: Kind,
  change: (wire: string) => string,
  fault: string,
][] = [
  ['a byte of the first chunk', 'signed', (wire) => wire.replace('aaaa', 'aaba'), 'signature'],
  ['a byte of the last chunk', 'signed', (wire) => wire.replace('a\r\n0;', 'b\r\n0;'), 'signature'],
  ['a signature of a chunk', 'signed', (wire) => wire.replace('=0055', '=0155'), 'signature'],
  [
    'the signature of the last chunk',
    'signed',
    (wire) => wire.replace('=b6c6', '=b6c7'),
    'signature',
  ],
  ['a chunk left out', 'signed', (wire) => wire.replace(/400;[^]*(?=0;)/, ''), 'signature'],
  [
    'no last chunk',
    'signed',
    (wire) => wire.slice(0, wire.indexOf('0;chunk-signature=b6')),
    'malformed',
  ],
  [
    'a chunk without signature',
    'signed',
    (wire) => wire.replace(/;chunk-signature=00\w+/, ''),
    'malformed',
  ],
  ['something behind the end', 'signed', (wire) => `${wire}x`, 'malformed'],
  [
    'a chunk that is longer than it says',
    'signed',
    (wire) => wire.replace('a\r\n0;', 'aa\r\n0;'),
    'malformed',
  ],
  ['another trailer', 'trailer', (wire) => wire.replace('sOO8', 'sOO9'), 'signature'],
  [
    'no signature of the trailer',
    'trailer',
    (wire) => wire.replace(/x-amz-trailer-.*/, ''),
    'signature',
  ],
  [
    'a trailer twice',
    'trailer',
    (wire) => wire.replace(/(x-amz-checksum.*\r\n)/, '$1$1'),
    'malformed',
  ],
  [
    'a trailer that was not declared',
    'unsigned',
    (wire) => wire.replace('\r\n\r\n', '\r\nx:y\r\n\r\n'),
    'malformed',
  ],
  ['no trailer', 'unsigned', (wire) => wire.replace(/x-amz-checksum.*\r\n/, ''), 'malformed'],
]

for (const [what, kind, change, fault] of altered) {
  test(`refused: ${what} (${kind})`, () => {
    const wire = change(published(kind))
    expect(wire).not.toBe(published(kind))
    expect(faultOf(bodyOf(kind), wire)).toBe(fault)
  })
}

test('the declared length holds: one byte less and one more are refused', () => {
  for (const decodedLength of [data.length - 1, data.length + 1]) {
    expect(faultOf(bodyOf('signed', { decodedLength }), published('signed'))).toBe('length')
  }
})

test('a header line and a trailer at their limits are read, one byte past is refused', () => {
  const header = (bytes: number) => '0'.repeat(bytes)
  const reader = () => new ChunkedReader(bodyOf('unsigned'))
  expect(reader().read(Buffer.from(header(chunkHeaderBytesMax)))).toEqual([])
  expect(() => reader().read(Buffer.from(header(chunkHeaderBytesMax + 1)))).toThrow(ChunkError)
  const trailer = (bytes: number) => Buffer.from(`0\r\n${'x'.repeat(bytes)}`)
  expect(reader().read(trailer(trailerBytesMax))).toEqual([])
  expect(() => reader().read(trailer(trailerBytesMax + 1))).toThrow(ChunkError)
})

test('whatever bytes come, nothing but a ChunkError is thrown, and nothing altered is whole', () => {
  const wire = Buffer.from(published('trailer'), 'latin1')
  fc.assert(
    fc.property(fc.nat(wire.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = Buffer.from(wire)
      changed[at] = (changed[at] ?? 0) ^ by
      let read: ReturnType<typeof readAll> | undefined
      try {
        read = readAll(bodyOf('trailer'), changed.toString('latin1'), 8192)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ChunkError)
      }
      if (read !== undefined) expect(read.data === data).toBe(true)
    }),
    { numRuns: 300 },
  )
})
