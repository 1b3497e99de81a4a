import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { render, target } from './pack-resolution.ts'

test('the packed facts of resolution are what the installed data says', () => {
  expect(readFileSync(target, 'utf8')).toBe(render())
})
