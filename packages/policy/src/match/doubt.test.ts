import { expect, test } from 'vitest'
import { compileStatement } from '../compile/compile-policy.ts'
import type { Statement } from '../document/policy-document.ts'
import { matchesInDoubt } from './doubt.ts'

// Goal: resources of fewer than six parts against one of which not all is known, which no policy
// that is saved today writes in all these forms. Source: docs/decisions/0024 for what is in doubt,
// IAM User Guide, "IAM JSON policy elements: Resource", for the parts. The rest are golden cases.
const object = 'arn:aws:s3:::bucket/ann/*'

type Fits = 'surely' | 'perhaps' | 'never'

const rows: readonly [rule: string, entry: string, resource: string, Fits][] = [
  ['a last * runs over the colons of what is asked', 'arn:*:s*ann*', object, 'surely'],
  ['so does a ? before it, over one', 'arn:*:s3???buck*', object, 'surely'],
  ['and over no more', 'arn:*:s3??buck*', object, 'never'],
  ['it takes what is not known', 'arn:aws:*', 'arn:aws:s3:*', 'surely'],
  ['of which only a part may fit', 'arn:aws:*ann*', 'arn:aws:s3:*', 'perhaps'],
  ['an end that is no * runs over none', 'arn:*:s*y', 'arn:aws:s3:::bucket/*y', 'never'],
  ['nor a literal', 'arn:aws:s3', 'arn:aws:s3:::*', 'never'],
  ['a literal, and as many parts', 'arn:aws:s3', 'arn:aws:*', 'perhaps'],
  ['more parts than are asked for', 'arn:aws:*:*:*:*', 'arn:aws', 'never'],
  ['though what is asked ends in *', 'arn:aws:*:*:*:*', 'arn:aws:*', 'never'],
]

const statement: Omit<Statement, 'effect'> = { actions: ['*'], conditions: [] }

test.each(rows)('matchesInDoubt: %s', (_, entry, resource, fits) => {
  const principal = { kind: 'anonymous' as const }
  const request = { principal, action: 's3:GetObject', resource, context: new Map() }
  const unknown = { resource: true, contextKeys: new Set<string>() }
  const matches = (effect: Statement['effect'], element: Partial<Statement>) =>
    matchesInDoubt(
      compileStatement({ ...statement, effect, ...element }, 0, true),
      request,
      unknown,
    )

  expect(matches('Allow', { resources: [entry] })).toBe(fits === 'surely')
  expect(matches('Deny', { resources: [entry] })).toBe(fits !== 'never')
  expect(matches('Allow', { notResources: [entry] })).toBe(fits === 'never')
  expect(matches('Deny', { notResources: [entry] })).toBe(fits !== 'surely')
})
