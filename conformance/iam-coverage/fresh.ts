/** Files under docs/generated that the tests write, and hold to what they would write now. */
import { writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { readRepositoryFile } from './model.ts'

const again =
  'BAILIWICK_WRITE_GENERATED=1 npx vitest run --config conformance/vitest.config.ts conformance/iam-coverage'

/** The committed file must be `text`. With BAILIWICK_WRITE_GENERATED=1 it is written first. */
export function expectFresh(path: string, text: string): void {
  if (process.env['BAILIWICK_WRITE_GENERATED'] === '1') {
    writeFileSync(new URL(`../../${path}`, import.meta.url), text)
  }
  expect(readRepositoryFile(path), `${path} is out of date; write it again: ${again}`).toBe(text)
}
