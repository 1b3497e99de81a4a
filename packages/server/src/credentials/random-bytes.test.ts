import { expect, test } from 'vitest'
import { createRandomBytes, poolBytes, pooledBytesMax } from './random-bytes.ts'

// Goal: pooled bytes are as good as those drawn one by one: each is handed out once, to one alone.

/** Fills with a count, so that a byte handed out twice would show. */
function counted() {
  const filled: Buffer[] = []
  const randomBytes = createRandomBytes((pool) => {
    for (let at = 0; at < pool.length; at += 4) {
      pool.writeUInt32BE((filled.length * poolBytes + at) / 4 + 1, at)
    }
    filled.push(pool)
  })
  return { randomBytes, filled }
}

test('every byte of the pool is handed out at most once, and the pool keeps none of them', () => {
  const { randomBytes, filled } = counted()
  const seen = new Set<string>()
  const times = (3 * poolBytes) / 4
  for (let i = 0; i < times; i++) {
    const bytes = randomBytes(4)
    seen.add(Buffer.from(bytes).toString('hex'))
    expect(filled[0]?.readUInt32BE((i * 4) % poolBytes)).toBe(0)
  }
  expect(seen.size).toBe(times)
  expect(filled).toHaveLength(3)
})

test('what is handed out is a copy: nobody else sees it change', () => {
  const { randomBytes, filled } = counted()
  const bytes = randomBytes(12)
  const before = Buffer.from(bytes).toString('hex')
  filled[0]?.fill(0xff)
  expect(Buffer.from(bytes).toString('hex')).toBe(before)
})

test('a rest that is too short for the next call is left', () => {
  const { randomBytes, filled } = counted()
  const whole = Math.floor(poolBytes / 17)
  for (let i = 0; i <= whole; i++) expect(randomBytes(17)).toHaveLength(17)
  expect(filled).toHaveLength(2)
})

test.each([
  ['at the limit it is pooled', pooledBytesMax, 1],
  ['one past it, it is not', pooledBytesMax + 1, 0],
])('%s', (_rule, length, fills) => {
  const { randomBytes, filled } = counted()
  expect(randomBytes(length)).toHaveLength(length)
  expect(filled).toHaveLength(fills)
})

test('the real generator never repeats itself in 100,000 nonces', () => {
  const randomBytes = createRandomBytes()
  const seen = new Set<string>()
  for (let i = 0; i < 100_000; i++) seen.add(Buffer.from(randomBytes(12)).toString('hex'))
  expect(seen.size).toBe(100_000)
})
