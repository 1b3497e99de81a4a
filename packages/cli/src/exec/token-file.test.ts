import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openTokenFile, type Token } from './token-file.ts'

// Goal: a token that stays fresh, for its owner's eyes alone. Source: Kubernetes, "Projected
// volumes": renewed at four fifths of its life.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const lifeMs = 100_000
let asked = 0
let isDown = false
beforeEach(() => {
  asked = 0
  isDown = false
})

function fetchToken(): Promise<Token> {
  if (isDown) return Promise.reject(new Error('nothing answers'))
  const issuedAt = new Date()
  const life = { issuedAt, expiresAt: new Date(issuedAt.getTime() + lifeMs) }
  return Promise.resolve({ token: `token ${String(++asked)}`, life })
}

test('it is renewed in time, and gone at the end', async () => {
  const { path, close } = await openTokenFile(fetchToken, () => expect.unreachable())
  expect(readFileSync(path, 'utf8')).toBe('token 1')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  await vi.advanceTimersByTimeAsync(79_999)
  expect(readFileSync(path, 'utf8')).toBe('token 1')
  await vi.advanceTimersByTimeAsync(1)
  expect(readFileSync(path, 'utf8')).toBe('token 2')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  close()
  expect(existsSync(dirname(path))).toBe(false)
  await vi.advanceTimersByTimeAsync(lifeMs)
  expect(asked).toBe(2)
})

test('where it cannot be renewed the token stays, it is said, and tried again', async () => {
  const said: string[] = []
  const { path, close } = await openTokenFile(fetchToken, (message) => void said.push(message))
  isDown = true
  await vi.advanceTimersByTimeAsync(80_000)
  expect(said).toEqual(['the token could not be renewed: nothing answers'])
  expect(readFileSync(path, 'utf8')).toBe('token 1')
  isDown = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(readFileSync(path, 'utf8')).toBe('token 2')
  close()
})

test('what is wrong at first is said before there is a file', async () => {
  isDown = true
  await expect(openTokenFile(fetchToken, () => {})).rejects.toThrow('nothing answers')
})
