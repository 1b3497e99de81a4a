import { forwardedServices } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { expectedKeys } from '../testing/expected-keys.ts'
import { expectedResources } from '../testing/expected-resources.ts'
import { checksOf, raw, rawAction, rowsOf, type Row } from '../testing/forwarded-rows.ts'

// Goal: of every call the condition keys are those that AWS sets for its action, each told, absent or
// in doubt, and told as AWS tells it.
// Method: the rows of the corpus. Which keys there are is the Service Authorization data's to say;
// what they are worth in the services used most is checked by hand. Further values: keys.test.ts.

const rows = (await Promise.all(forwardedServices.map((service) => rowsOf(service)))).flat()
const resolved = rows.filter((row) => row.checks !== undefined)

/** The names that stand for many: `s3:ExistingObjectTag/<key>`. */
const family = /(<key>|\$\{\w+\}|tag-key).*$/

/** What AWS sets for an action by itself or for its resources; global keys but for tags are the gate's. */
function keysOfAction(action: string): readonly string[] {
  const known = rawAction(action)
  const types = known?.resourceTypes ?? []
  const ofTypes = (raw.get(action.split(':')[0] ?? '')?.types ?? []).filter(({ key }) =>
    types.some(({ name }) => name === key),
  )
  const all = [known, ...types, ...ofTypes].flatMap((each) => each?.conditionKeys ?? [])
  return [...new Set(all)].filter((key) => !/^aws:(?!ResourceTag)/.test(key))
}

test('every key of an action is told, absent or in doubt; and no other is', () => {
  for (const row of resolved) {
    for (const { action = '', contextKeys = {}, unknown } of checksOf(row)) {
      const listed = keysOfAction(action)
      const doubted = unknown?.contextKeys ?? []
      const names = new Set([...Object.keys(contextKeys), ...doubted])
      const plain = listed.filter((key) => !family.test(key))
      expect(
        plain.filter((key) => !names.has(key)),
        row.name,
      ).toEqual([])
      const beginnings = listed.map((key) => key.replace(family, '').toLowerCase())
      const others = [...names].filter((name) => {
        // Tags and an object's version are the request's, and a grant's id is a key of our own.
        if (/^(aws:RequestTag\/|aws:TagKeys$|bailiwick:|s3:VersionId$)/.test(name)) return false
        return !beginnings.some((beginning) => name.toLowerCase().startsWith(beginning))
      })
      expect(others, `${row.name} ${action}`).toEqual([])
    }
  }
})

const handChecked = resolved.filter(
  ({ service, whole }) => whole && Object.hasOwn(expectedResources, service),
)

function toldBy(row: Row): readonly (readonly [key: string, value: string])[] {
  return checksOf(row).flatMap(({ contextKeys = {} }) =>
    Object.entries(contextKeys).flatMap(([key, value]) =>
      [value ?? []].flat().map((each) => [key, each] as const),
    ),
  )
}

test('values of S3, SQS, SNS, DynamoDB, Lambda and KMS are as checked by hand, and all are seen', () => {
  const seen = new Set<string>()
  for (const row of handChecked) {
    for (const [key, value] of toldBy(row)) {
      if (key.startsWith('bailiwick:')) continue
      const place = (expectedKeys[key] ?? []).findIndex((expected) =>
        typeof expected === 'string' ? expected === value : expected.test(value),
      )
      expect(place, `${row.name} ${key} ${value}`).toBeGreaterThanOrEqual(0)
      seen.add(`${key} ${String(place)}`)
    }
  }
  const wanted = Object.entries(expectedKeys).flatMap(([key, values]) =>
    values.map((_, place) => `${key} ${String(place)}`),
  )
  expect(wanted.filter((each) => !seen.has(each))).toEqual([])
})
