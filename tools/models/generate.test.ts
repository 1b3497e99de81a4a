import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generateModels, modelsFolder } from './generate.ts'
import { wireCode } from './merge.ts'
import type { ModelFile } from './model-file.ts'
import { readSdk } from './sdk.ts'

// Goal: the committed models are what the generator writes today, from the pinned SDK.
// Method: generate again and compare; where botocore is missing or another version, say so and check
// at least that every operation of the SDK is there.

const committed = (name: string) => readFileSync(modelsFolder + name, 'utf8')
const committedModel = (service: string) => JSON.parse(committed(`${service}.json`)) as ModelFile
const generated = await generateModels()
const madeWith = committedModel('iam').revision.botocore

test('the committed models are fresh', async (context) => {
  if (generated?.botocore !== madeWith) {
    const found = generated === undefined ? 'no botocore' : `botocore ${generated.botocore}`
    console.warn(`SKIPPED: found ${found}, the models were made with ${madeWith}`)
    return context.skip(`needs botocore ${madeWith}`)
  }
  for (const [name, text] of generated.files) expect(committed(name), name).toBe(text)
})

for (const sdk of await readSdk()) {
  test(`${sdk.facts.service}: every operation and error of the SDK is in the model`, () => {
    const model = committedModel(sdk.facts.service)
    expect(model.revision.sdk).toBe(sdk.client)
    expect(Object.keys(model.operations)).toEqual(sdk.operations.map(({ name }) => name).sort())
    expect(Object.keys(model.errors)).toEqual([...new Set(sdk.errors.map(wireCode))].sort())
  })
}

// Source: the services' API references.
const facts: readonly [service: string, shape: string, entry: object][] = [
  ['iam', 'roleNameType', { kind: 'string', min: 1, max: 64, pattern: '[\\w+=,.@-]+' }],
  ['iam', 'statusType', { kind: 'string', enum: ['Active', 'Inactive', 'Expired'] }],
  ['iam', 'tagListType', { kind: 'list', member: 'Tag', max: 50 }],
  ['sts', 'roleDurationSecondsType', { kind: 'integer', min: 900, max: 43200 }],
  ['organizations', 'AccountId', { kind: 'string', max: 12, pattern: '^\\d{12}$' }],
]

for (const [service, shape, entry] of facts) {
  test(`${service}: the shape ${shape}`, () => {
    expect(committedModel(service).shapes[shape]).toEqual(entry)
  })
}
