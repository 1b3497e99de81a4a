import { Readable } from 'node:stream'
import { headersOf } from '@bailiwick/wire'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { isRefusal } from '../refusal.ts'
import { FieldReader, fieldBytesMax } from './multipart.ts'
import { FileFrame, formTimeoutMs, openForm } from './posted-file.ts'

// Goal: a form is read as it was written, in whatever pieces it comes, or refused in S3's words; nothing
// makes the reader fall. Method: each form whole, and at every place where it may be cut in two; what
// random forms hold, the test knows. Both ways to read a file: taken in, and passing.
const type = 'multipart/form-data; boundary=edge'

function part(name: string, value: string, more = ''): string {
  return `--edge\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
}

const file = part('file', 'content', '; filename="a.txt"')
const end = '--edge--\r\n'

interface Read {
  readonly fields: Readonly<Record<string, string>>
  readonly fileName: string
  readonly file: string
}

/** A form that is taken in. */
async function taken(pieces: readonly Buffer[], contentType = type): Promise<Read> {
  const length = Buffer.concat(pieces).length
  const given = ['content-type', contentType, 'content-length', String(length)]
  const stream = () => Readable.from(pieces.filter((piece) => piece.length > 0))
  const form = await openForm({
    ...{ method: 'POST', target: '/reports', rawHeaders: given, headers: headersOf(given) },
    ...{ body: Buffer.alloc(0), secure: false, remoteAddress: '192.0.2.1', stream },
  })
  const { fields, fileName } = form
  const posted = await form.file()
  const bytes = Buffer.concat((await posted.stream().toArray()) as Buffer[])
  expect(posted.length).toBe(bytes.length)
  return { fields: Object.fromEntries(fields), fileName, file: bytes.toString('latin1') }
}

/** A form that passes: what comes out before `end` throws is not whole at the backend. */
async function passed(pieces: readonly Buffer[]): Promise<Read> {
  const reader = new FieldReader('edge')
  const whole = Buffer.concat(pieces).length
  let frame: FileFrame | undefined
  let head: ReturnType<FieldReader['read']>
  let before = 0
  const out: Uint8Array[] = []
  for (const piece of pieces) {
    if (frame !== undefined) out.push(...frame.read(piece))
    else if ((head = reader.read(piece)) === undefined) before += piece.length
    else {
      frame = new FileFrame('edge', whole - head.length - `\r\n${end}`.length)
      out.push(...frame.read(piece.subarray(head.length - before)))
    }
  }
  frame?.end()
  const { fields = new Map(), fileName = '' } = head ?? {}
  const bytes = Buffer.concat(out).toString('latin1')
  return { fields: Object.fromEntries(fields), fileName, file: bytes }
}

const ways = { taken, passed }

/** Whole, and in two, at every place. */
function cuts(text: string): readonly (readonly Buffer[])[] {
  const bytes = Buffer.from(text, 'latin1')
  return [...bytes.keys()].map((at) => [bytes.subarray(0, at), bytes.subarray(at)])
}

const codeOf = (thrown: unknown) => (isRefusal(thrown) ? thrown.code : thrown)

const refused: readonly [what: string, text: string, code: string, contentType?: string][] = [
  ['no boundary', `${file}${end}`, 'MalformedPOSTRequest', 'multipart/form-data'],
  ['a preamble', `hello\r\n${file}${end}`, 'MalformedPOSTRequest'],
  [
    'a file that does not end',
    '--edge\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc',
    'MalformedPOSTRequest',
  ],
  ['a form that does not end', file, 'MalformedPOSTRequest'],
  ['fields that do not end', part('key', 'a').slice(0, -2), 'MalformedPOSTRequest'],
  [
    'a part without a name',
    `--edge\r\nContent-Type: text/plain\r\n\r\na\r\n${end}`,
    'MalformedPOSTRequest',
  ],
  ['a field twice', `${part('key', 'a')}${part('Key', 'b')}${file}${end}`, 'MalformedPOSTRequest'],
  ['a field that is no UTF-8', `${part('key', '\xff')}${file}${end}`, 'MalformedPOSTRequest'],
  [
    'more than a boundary on its line',
    `${part('key', 'a')}--edges\r\n${file}${end}`,
    'MalformedPOSTRequest',
  ],
  ['no file', `${part('key', 'a')}${end}`, 'IncorrectNumberOfFilesInPostRequest'],
]

for (const [what, text, code, contentType] of refused) {
  test(`${what} is ${code}, however it is cut`, async () => {
    for (const pieces of cuts(text)) {
      expect(await taken(pieces, contentType).catch(codeOf)).toBe(code)
    }
  })
}

test('an empty body is malformed', async () => {
  expect(await taken([]).catch(codeOf)).toBe('MalformedPOSTRequest')
})

test('fields before the file count, in any case; the file ends at the boundary', async () => {
  const text = `${part('KEY', 'a/b')}${file}${part('submit', 'Upload')}--edge--`
  const wanted = { fields: { key: 'a/b' }, fileName: 'a.txt', file: 'content' }
  for (const pieces of cuts(text)) {
    const read = await taken(pieces, 'multipart/form-data; charset=utf-8; boundary="edge"')
    expect(read).toEqual(wanted)
  }
})

test('of a path only the name is left', async () => {
  const text = `${part('file', '', '; filename="C:\\dir\\x/y.txt"')}--edge--`
  expect((await taken([Buffer.from(text)])).fileName).toBe('y.txt')
})

const nearly = ['', '\r\n', 'a--edge', '\r\n--edg', '\r\r\n--edg\r\n--', 'a\r\n--EDGE--\r\n']

for (const [way, read] of Object.entries(ways)) {
  test(`a file that is nearly a boundary is a file, however it is cut: ${way}`, async () => {
    for (const content of nearly) {
      const text = `${part('key', 'a')}${part('file', content)}${end}`
      const wanted = { fields: { key: 'a' }, fileName: '', file: content }
      for (const pieces of cuts(text)) expect(await read(pieces)).toEqual(wanted)
    }
  })
}

// Chosen by us: of a form that passes nothing is known but its length.
const passingRefused: readonly [what: string, text: string, says: RegExp][] = [
  ['another field after the file', `${file}${part('submit', 'Upload')}${end}`, /last field/],
  ['a boundary in the file', `${part('file', 'a\r\n--edge\r\nb')}${end}`, /last field/],
  ['no line break at the end', `${file}--edge--`, /last field/],
  ['an epilogue', `${file}${end}more`, /last field/],
  ['no closing boundary', `${file}--edge\r\n++`, /last field/],
  ['another boundary at the end', `${file}--ridge--\r\n`, /not well-formed/],
  ['an end that is cut off', `${file}${end}`.slice(0, -1), /last field|not well-formed/],
]

for (const [what, text, says] of passingRefused) {
  test(`a form that passes: ${what} is refused, however it is cut`, async () => {
    for (const pieces of cuts(text)) {
      await expect(passed(pieces)).rejects.toThrow(says)
    }
  })
}

for (const [over, outcome] of [
  [0, 'taken'],
  [1, 'too large'],
] as const) {
  test(`${String(fieldBytesMax + over)} bytes before the file are ${outcome}`, async () => {
    const head = '--edge\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
    const left = fieldBytesMax + over - part('key', '').length - head.length
    const text = `${part('key', 'a'.repeat(left))}${head}content\r\n--edge--`
    for (const at of [0, 1, 10_000, fieldBytesMax - 1, fieldBytesMax, fieldBytesMax + 1]) {
      const pieces = [Buffer.from(text.slice(0, at)), Buffer.from(text.slice(at))]
      const read = await taken(pieces).then(({ fields }) => fields['key']?.length, codeOf)
      expect(read).toBe(over === 0 ? left : 'MaxPostPreDataLengthExceededError')
    }
  })
}

/** Bytes in pieces of any lengths. */
function inPieces(bytes: Buffer, lengths: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = []
  let at = 0
  for (const length of lengths) {
    pieces.push(bytes.subarray(at, at + length))
    at += length
  }
  return [...pieces, bytes.subarray(at)]
}

for (const [way, read] of Object.entries(ways)) {
  test(`any fields and any file, in any pieces, are read as they were written: ${way}`, async () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).filter((each) => each !== 'file')
    const value = fc
      .string({ unit: 'binary', maxLength: 40 })
      .filter((text) => Buffer.from(text).toString() === text)
    const lengths = fc.array(fc.nat({ max: 90 }), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(
        ...[fc.dictionary(name, value), fc.uint8Array({ maxLength: 200 }), lengths],
        async (given, bytes, cutAt) => {
          const content = Buffer.from(bytes).toString('latin1')
          fc.pre(![...Object.values(given), content].join().includes('--edge'))
          const head = Object.entries(given).map(([each, text]) => part(each, text))
          const begin = '--edge\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
          const fields = Buffer.from(head.join('') + begin)
          const body = Buffer.concat([fields, bytes, Buffer.from(`\r\n${end}`)])
          const found = await read(inPieces(body, cutAt))
          expect(found).toEqual({ fields: { ...given }, fileName: '', file: content })
        },
      ),
    )
  })
}

for (const [what, begin] of [
  ['in its fields', part('key', 'a')],
  ['in a file that is taken in', file.slice(0, -4)],
] as const) {
  test(`a form that stays ${what} is RequestTimeout, and its connection is left to be answered on`, async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const stream = new Readable({ read: () => undefined })
    stream.push(begin)
    const given = ['content-type', type, 'content-length', '1000']
    const reading = openForm({
      ...{ method: 'POST', target: '/reports', rawHeaders: given, headers: headersOf(given) },
      ...{ body: Buffer.alloc(0), secure: false, remoteAddress: '192.0.2.1' },
      stream: () => stream,
    }).then((form) => form.file())
    const outcome = reading.catch(codeOf)
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
    vi.advanceTimersByTime(formTimeoutMs - 1)
    expect(await Promise.race([outcome, Promise.resolve('waiting')])).toBe('waiting')
    vi.advanceTimersByTime(1)
    expect(await outcome).toBe('RequestTimeout')
    expect(stream.destroyed).toBe(false)
    vi.useRealTimers()
  })
}

test('whatever is posted is read or refused, and alike in any pieces', async () => {
  const bits = [
    ...['--edge', '\r\n', '--', '; name=file', 'a', '"', '\r\n\r\n', file],
    'Content-Disposition: form-data; name="key"',
  ]
  const given = fc.array(fc.constantFrom(...bits), { maxLength: 20 })
  const lengths = fc.array(fc.nat({ max: 60 }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(given, lengths, async (texts, cutAt) => {
      const body = Buffer.from(texts.join(''))
      const outcome = async (pieces: readonly Buffer[]) => {
        try {
          return await taken(pieces)
        } catch (thrown) {
          expect(isRefusal(thrown)).toBe(true)
          return codeOf(thrown)
        }
      }
      expect(await outcome(inPieces(body, cutAt))).toEqual(await outcome([body]))
    }),
    { numRuns: 2000 },
  )
})
