import { expect, test } from 'vitest'
import { checksumOf } from './checksum.ts'

// Source: the check values of the catalogue of parametrised CRC algorithms, over "123456789"; FIPS
// 180-4 for the hashes.
const rows: readonly [name: string, base64: string][] = [
  ['crc32', Buffer.from('cbf43926', 'hex').toString('base64')],
  ['crc32c', Buffer.from('e3069283', 'hex').toString('base64')],
  ['crc64nvme', Buffer.from('ae8b14860a799888', 'hex').toString('base64')],
  ['sha1', Buffer.from('f7c3bc1d808e04732adf679965ccc34ca7ae3441', 'hex').toString('base64')],
]

for (const [name, base64] of rows) {
  test(`${name}, in one piece and in two`, () => {
    const whole = checksumOf(`x-amz-checksum-${name}`)
    whole?.update(Buffer.from('123456789'))
    expect(whole?.digest()).toBe(base64)
    const parts = checksumOf(`x-amz-checksum-${name}`)
    parts?.update(Buffer.from('1234'))
    parts?.update(Buffer.from('56789'))
    expect(parts?.digest()).toBe(base64)
  })
}

test('crc32c of 65 KiB of a is what the published upload carries', () => {
  const checksum = checksumOf('x-amz-checksum-crc32c')
  checksum?.update(Buffer.alloc(66_560, 'a'))
  expect(checksum?.digest()).toBe('sOO8/Q==')
})

test('a trailer that is no checksum has none', () => {
  expect(checksumOf('x-amz-checksum-md5')).toBeUndefined()
})
