import { expect, test } from 'vitest'
import { foldName } from './fold-name.ts'

// Source: IAM User Guide, "IAM and AWS STS quotas": names are unique ignoring case.
const rows: readonly [rule: string, name: string, folded: string][] = [
  ['upper case is folded', 'ANN', 'ann'],
  ['lower case, digits and signs stay', 'ann+0=,.@-_', 'ann+0=,.@-_'],
  ['beyond ASCII nothing is folded', 'ÄÖ\u212aİ', 'ÄÖ\u212aİ'],
  ['the empty name stays empty', '', ''],
]

test.each(rows)('%s', (_rule, name, folded) => {
  expect(foldName(name)).toBe(folded)
})
