import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isRefusal } from '../refusal.ts'
import { fieldBytesMax, readForm } from './multipart.ts'

// Goal: a form is read as it was written, or refused in S3's words; nothing makes the reader fall.
const type = 'multipart/form-data; boundary=edge'

function part(name: string, value: string, more = ''): string {
  return `--edge\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
}

const file = part('file', 'content', '; filename="a.txt"')
const read = (text: string, contentType = type) =>
  readForm(contentType, Buffer.from(text, 'latin1'))

const refused: readonly [what: string, text: string, code: string, contentType?: string][] = [
  ['no boundary', `${file}--edge--\r\n`, 'MalformedPOSTRequest', 'multipart/form-data'],
  ['an empty body', '', 'MalformedPOSTRequest'],
  ['a preamble', `hello\r\n${file}--edge--\r\n`, 'MalformedPOSTRequest'],
  [
    'a file that does not end',
    '--edge\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc',
    'MalformedPOSTRequest',
  ],
  [
    'a part without a name',
    '--edge\r\nContent-Type: text/plain\r\n\r\na\r\n--edge--\r\n',
    'MalformedPOSTRequest',
  ],
  [
    'a field twice',
    `${part('key', 'a')}${part('Key', 'b')}${file}--edge--\r\n`,
    'MalformedPOSTRequest',
  ],
  ['a field that is no UTF-8', `${part('key', '\xff')}${file}--edge--\r\n`, 'MalformedPOSTRequest'],
  ['no file', `${part('key', 'a')}--edge--\r\n`, 'IncorrectNumberOfFilesInPostRequest'],
]

for (const [what, text, code, contentType] of refused) {
  test(`${what} is ${code}`, () => {
    expect(() => read(text, contentType)).toThrow(expect.objectContaining({ code }))
  })
}

test('fields before the file count, in any case; the file ends at the boundary', () => {
  const text = `${part('KEY', 'a/b')}${file}${part('submit', 'Upload')}--edge--`
  const form = read(text, 'multipart/form-data; charset=utf-8; boundary="edge"')
  expect([...form.fields]).toEqual([['key', 'a/b']])
  expect(form.fileName).toBe('a.txt')
  expect(Buffer.from(form.file).toString()).toBe('content')
})

test('of a path only the name is left', () => {
  expect(read(`${part('file', '', '; filename="C:\\dir\\x/y.txt"')}--edge--`).fileName).toBe(
    'y.txt',
  )
})

for (const [over, outcome] of [
  [0, 'taken'],
  [1, 'too large'],
] as const) {
  test(`${String(fieldBytesMax + over)} bytes before the file are ${outcome}`, () => {
    const head = '--edge\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
    const left = fieldBytesMax + over - part('key', '').length - head.length
    const whole = () => read(`${part('key', 'a'.repeat(left))}${head}content\r\n--edge--`)
    const code = 'MaxPostPreDataLengthExceededError'
    if (over === 0) expect(whole().fields.get('key')).toHaveLength(left)
    else expect(whole).toThrow(expect.objectContaining({ code }))
  })
}

test('any fields and any file are read as they were written', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).filter((each) => each !== 'file')
  const value = fc
    .string({ unit: 'binary', maxLength: 40 })
    .filter((text) => Buffer.from(text).toString() === text)
  fc.assert(
    fc.property(fc.dictionary(name, value), fc.uint8Array({ maxLength: 200 }), (fields, bytes) => {
      fc.pre(
        ![...Object.values(fields), Buffer.from(bytes).toString('latin1')]
          .join()
          .includes('--edge'),
      )
      const head = Object.entries(fields).map(([each, text]) => part(each, text))
      const begin = '--edge\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
      const body = Buffer.concat([
        Buffer.from(head.join('') + begin),
        bytes,
        Buffer.from('\r\n--edge--\r\n'),
      ])
      const form = readForm(type, body)
      expect(Object.fromEntries(form.fields)).toEqual({ ...fields })
      expect(Buffer.from(form.file).equals(Buffer.from(bytes))).toBe(true)
    }),
  )
})

test('whatever is posted is read or refused', () => {
  const pieces = [
    '--edge',
    '\r\n',
    '--',
    'Content-Disposition: form-data; name="key"',
    '; name=file',
    'a',
    '"',
    '\r\n\r\n',
    file,
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 20 }), (given) => {
      try {
        read(given.join(''))
      } catch (thrown) {
        expect(isRefusal(thrown)).toBe(true)
      }
    }),
    { numRuns: 2000 },
  )
})
