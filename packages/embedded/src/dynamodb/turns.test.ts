import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

// Goal: nobody works beside one who works alone, and none is passed over.
function bench() {
  const turns = new Turns()
  const log: string[] = []
  const open = new Map<string, () => void>()
  const work = (name: string) => () => {
    log.push(name)
    return new Promise<void>((resolve) => open.set(name, resolve))
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const finish = async (name: string) => {
    open.get(name)?.()
    await settle()
  }
  return { turns, log, work, settle, finish }
}

test('those among others work together; one alone waits for them, and the next for it', async () => {
  const { turns, log, work, settle, finish } = bench()
  void turns.among(work('a'))
  void turns.among(work('b'))
  void turns.alone(work('ALONE'))
  void turns.among(work('c'))
  void turns.alone(work('LAST'))
  await settle()
  expect(log).toEqual(['a', 'b'])
  await finish('a')
  expect(log).toEqual(['a', 'b'])
  await finish('b')
  expect(log).toEqual(['a', 'b', 'ALONE'])
  await finish('ALONE')
  expect(log).toEqual(['a', 'b', 'ALONE', 'c'])
  await finish('c')
  expect(log).toEqual(['a', 'b', 'ALONE', 'c', 'LAST'])
})

test('one that fails makes way, and says so to its own caller alone', async () => {
  const { turns } = bench()
  const failing = () => Promise.reject(new Error('no'))
  const outcomes = await Promise.allSettled([
    ...[turns.among(failing), turns.alone(failing)],
    ...[turns.among(() => Promise.resolve(1)), turns.alone(() => Promise.resolve(2))],
  ])
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...['rejected', 'rejected'],
    ...['fulfilled', 'fulfilled'],
  ])
})
