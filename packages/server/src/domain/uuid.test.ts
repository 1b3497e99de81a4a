import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { uuidV4 } from './uuid.ts'

// Goal: the form of RFC 9562, §5.4, and every bit that is free taken from the bytes.

const rows: readonly [what: string, byte: number, uuid: string][] = [
  ['version and variant over zeros', 0x00, '00000000-0000-4000-8000-000000000000'],
  ['version and variant over ones', 0xff, 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
]

for (const [what, byte, uuid] of rows) {
  test(`uuidV4: ${what}`, () => {
    expect(uuidV4(new Uint8Array(16).fill(byte))).toBe(uuid)
  })
}

test('uuidV4: any bytes give the form, and more than 16 do no harm', () => {
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  for (let i = 0; i < 100; i++) expect(uuidV4(randomBytes(20))).toMatch(form)
})
