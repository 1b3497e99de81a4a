import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { iamOperations } from './iam/index.ts'
import { organizationsOperations } from './organizations/index.ts'
import { stsOperations } from './sts/index.ts'

// Goal: what is missing is written down where it is seen. Method: the committed list is compared
// with the models both ways; there is no flag that rewrites it.
const implemented = {
  iam: iamOperations,
  organizations: organizationsOperations,
  sts: stsOperations,
}
const listed = readJson('docs/generated/not-implemented.json') as Record<string, string[]>

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8'))
}

for (const [service, operations] of Object.entries(implemented)) {
  const model = readJson(`packages/wire/models/${service}.json`) as { operations: object }
  const missing = Object.keys(model.operations).filter((name) => !operations.has(name))
  const known = listed[service] ?? []

  test(`${service}: the list of operations that answer NotImplemented may only shrink`, () => {
    const added = missing.filter((name) => !known.includes(name))
    expect(added, 'implement these: docs/generated/not-implemented.json may only shrink').toEqual(
      [],
    )
  })

  test(`${service}: an operation that is implemented leaves the list`, () => {
    const done = known.filter((name) => !missing.includes(name))
    expect(done, 'strike these out of docs/generated/not-implemented.json').toEqual([])
  })

  test(`${service}: whatever is implemented is in the model`, () => {
    const unknown = [...operations.keys()].filter((name) => !(name in model.operations))
    expect(unknown).toEqual([])
  })
}
