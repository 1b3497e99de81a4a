import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nestingDepthMax } from '../limits.ts'
import { CborError, decodeCbor } from './decode.ts'
import { encodeCbor } from './encode.ts'

// Goal: the CBOR that Smithy's clients write. Source: RFC 8949, appendix A; a row per example that
// has a value here.

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

const examples: readonly [hex: string, value: unknown][] = [
  ['00', 0],
  ['17', 23],
  ['1818', 24],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['20', -1],
  ['3863', -100],
  ['f90000', 0],
  ['f93c00', 1],
  ['fb3ff199999999999a', 1.1],
  ['f93e00', 1.5],
  ['f97bff', 65504],
  ['fa47c35000', 100_000],
  ['f90001', 5.960464477539063e-8],
  ['f90400', 0.00006103515625],
  ['f9c400', -4],
  ['f97c00', Infinity],
  ['f97e00', NaN],
  ['f9fc00', -Infinity],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['f7', null],
  ['c11a514b67b0', 1_363_896_240],
  ['c1fb41d452d9ec200000', 1_363_896_240.5],
  ['4401020304', hex('01020304')],
  ['60', ''],
  ['62c3bc', 'ü'],
  ['64f0908591', '\ud800\udd51'],
  ['80', []],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['a26161016162820203', { a: 1, b: [2, 3] }],
  ['5f42010243030405ff', hex('0102030405')],
  ['7f657374726561646d696e67ff', 'streaming'],
  ['9fff', []],
  ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
  ['bf61610161629f0203ffff', { a: 1, b: [2, 3] }],
]
for (const [bytes, value] of examples) {
  test(`reads ${bytes}`, () => {
    const read = decodeCbor(hex(bytes))
    if (value instanceof Uint8Array) expect([...(read as Uint8Array)]).toEqual([...value])
    else expect(read).toEqual(value)
  })
}

const refused: readonly [rule: string, hex: string][] = [
  ['nothing', ''],
  ['an end too early', '1a0000'],
  ['a text longer than there is', '7b00ffffffffffffff61'],
  ['bytes after the value', '0000'],
  ['a number that no double holds', '1b0020000000000001'],
  ['a reserved length', '1c'],
  ['a number of unknown length', '1f'],
  ['a break alone', 'ff'],
  ['a break in a list of known length', '81ff'],
  ['a chunk of another kind', '5f6161ff'],
  ['a chunk of unknown length', '5f5fffff'],
  ['a key that is no text', 'a10001'],
  ['a key twice', 'a2616101616102'],
  ['a text that is no UTF-8', '61ff'],
  ['an unknown simple value', 'f8ff'],
]
for (const [rule, bytes] of refused) {
  test(`refuses ${rule}`, () => {
    expect(() => decodeCbor(hex(bytes))).toThrow(/./)
  })
}

test('takes as many levels as the limit, and not one more', () => {
  const nested = (levels: number) => hex('81'.repeat(levels) + '00')
  expect(decodeCbor(nested(nestingDepthMax))).toBeDefined()
  expect(() => decodeCbor(nested(nestingDepthMax + 1))).toThrow(CborError)
})

test('reads what it writes; of any bytes nothing worse comes than a CborError', () => {
  const values = fc.jsonValue({ maxDepth: 5 })
  fc.assert(
    fc.property(values, (value) => {
      expect(decodeCbor(encodeCbor(value))).toEqual(value)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        decodeCbor(bytes)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(CborError)
      }
    }),
    { numRuns: 2000 },
  )
})
