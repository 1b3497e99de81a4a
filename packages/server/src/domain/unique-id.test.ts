import { expect, test } from 'vitest'
import { accountIdOf, uniqueId } from './unique-id.ts'

// Goal: ids carry their account as AWS's do. Source: two public vectors, and round trips.
const rows: readonly [id: string, accountId: string][] = [
  ['ASIAQNZGKIQY56JQ7WML', '029608264753'],
  ['AKIASP2TPHJSQH3FJRUX', '171436882533'],
]

for (const [id, accountId] of rows) {
  test(`accountIdOf(${id}) is ${accountId}`, () => {
    expect(accountIdOf(id)).toBe(accountId)
  })
}

test('older and malformed ids carry no account', () => {
  for (const id of [
    'AKIAIOSFODNN7EXAMPLE',
    'AKIAJ2345672345672AB',
    'AKIA',
    'AKIA1111111111111111',
    '',
  ]) {
    expect(accountIdOf(id)).toBeUndefined()
  }
})

test('an id made for an account gives it back, even, odd, smallest and largest', () => {
  for (const accountId of ['000000000000', '000000000001', '123456789012', '999999999999']) {
    for (const prefix of ['AKIA', 'ASIA', 'AIDA', 'AROA']) {
      const bytes = new Uint8Array(17).map((_, i) => (i * 91 + 7) & 255)
      const id = uniqueId(prefix, accountId, bytes)
      expect(id).toMatch(/^[A-Z]{4}[A-Z2-7]+$/)
      expect(id.length).toBe(prefix === 'AKIA' || prefix === 'ASIA' ? 20 : 21)
      expect(accountIdOf(id)).toBe(accountId)
    }
  }
})
