import { unknownKeys } from '@bailiwick/policy/unknown-keys'
import { forwardedServices } from '@bailiwick/wire'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { keptService } from '../registry/kept-services.ts'
import { checksOf, raw, rowsOf, type Row } from '../testing/forwarded-rows.ts'
import { bucketOf, memoryResources } from '../testing/resources.ts'
import { beginningOf, knownKeys, openKeys } from './keys.ts'

// Goal: what the gate cannot resolve, and what keys it cannot know, stands in lists that may only
// shrink. Method: the rows of the corpus, with the look-ups of the registry.

const generated = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../docs/generated/${name}.json`, import.meta.url), 'utf8'),
  ) as unknown

const rows = (await Promise.all(forwardedServices.map((service) => rowsOf(service)))).flat()
const resolved = rows.filter((row) => row.checks !== undefined)

/** A list that grows wants a reason, and a second change here. */
const approximateMax = 40
const neverKnownMax = 22

test('operations that are refused', () => {
  const refused = new Set(rows.filter((row) => row.checks === undefined).map(({ name }) => name))
  const always = [...refused].filter((name) => !resolved.some((row) => row.name === name))
  expect(always.sort()).toEqual(generated('unresolved-operations'))
})

const isWild = (row: Row) => checksOf(row).some(({ unknown }) => unknown?.resource === true)

test('operations whose resource is only approximate', () => {
  const names = (some: readonly Row[]) => [...new Set(some.map(({ name }) => name))].sort()
  const always = names(resolved.filter((row) => row.whole && isWild(row)))
  const without = names(resolved.filter((row) => !row.whole && isWild(row)))
  expect({
    withAllMembers: always,
    withoutOptionalMembers: without.filter((name) => !always.includes(name)),
  }).toEqual(generated('approximate-resources'))
  expect(new Set([...always, ...without]).size).toBeLessThanOrEqual(approximateMax)
})

/** What begins so the registry tells of a resource that it keeps, itself or by asking the backend. */
function toldByRegistry(service: string): readonly string[] {
  const kept = keptService(service)
  if (kept === undefined) return []
  const settings = { abac: 'Enabled', keySpec: 'RSA_2048', creatorAccount: '111122223333' }
  const types = ['bucket', 'key', 'rule', 'secret']
  const keys = types.flatMap((type) =>
    Object.keys(kept.keysOf?.({ ...bucketOf('a'), type, settings }, memoryResources()) ?? {}),
  )
  return ['aws:ResourceTag/', kept.askedKeys?.prefix ?? '', ...keys].filter((key) => key !== '')
}

type ByService = Readonly<Record<string, readonly string[]>>

function byService(pairs: Iterable<readonly [service: string, key: string]>): ByService {
  const found: Record<string, string[]> = {}
  for (const [service, key] of pairs) (found[service] ??= []).push(key)
  const sorted = Object.entries(found).map(([service, keys]) => [
    service,
    [...new Set(keys)].sort(),
  ])
  return Object.fromEntries(sorted.sort()) as ByService
}

/** Keys that AWS sets and that calls do not tell, where the registry does not either. */
const doubted = resolved.flatMap((row) =>
  checksOf(row).flatMap(({ unknown }) =>
    (unknown?.contextKeys ?? [])
      .filter((key) => !toldByRegistry(row.service).some((told) => key.startsWith(told)))
      .map((key) => [row.service, key] as const),
  ),
)

const tellable = [...Object.keys(knownKeys), ...Object.keys(openKeys)].map(beginningOf)
const isTellable = (key: string) => tellable.includes(key.toLowerCase())

test('condition keys that the gate can never know, or not always', () => {
  const never = byService(doubted.filter(([, key]) => !isTellable(key)))
  const notAlways = byService(doubted.filter(([, key]) => isTellable(key)))
  expect({ never: { ...never, iam: ['iam:AssociatedResourceArn'] }, notAlways }).toEqual({
    never: unknownKeys.never,
    notAlways: unknownKeys.notAlways,
  })
  // The services' own; the tags of what the gate does not keep, every further service adds.
  const own = Object.values(never)
    .flat()
    .filter((key) => key !== 'aws:ResourceTag/')
  expect(own.length).toBeLessThanOrEqual(neverKnownMax)
})

test('condition keys of actions that no call for a backend asks for', () => {
  const asked = new Set(resolved.flatMap((row) => checksOf(row).map(({ action = '' }) => action)))
  const keysOf = (isAsked: boolean) =>
    [...raw].flatMap(([service, { actions, types }]) =>
      Object.values(actions)
        .filter(({ name }) => asked.has(`${service}:${name}`) === isAsked)
        .flatMap(({ conditionKeys, resourceTypes }) => [
          ...conditionKeys,
          ...resourceTypes.flatMap(({ name, conditionKeys: own }) => [
            ...own,
            ...(types.find(({ key }) => key === name)?.conditionKeys ?? []),
          ]),
        ])
        .filter((key) => !key.startsWith('aws:'))
        .map((key) => [service, key] as const),
    )
  const ofAsked = new Set(keysOf(true).map(([, key]) => key))
  const notAsked = byService(keysOf(false).filter(([, key]) => !ofAsked.has(key)))
  expect(notAsked).toEqual(unknownKeys.notAsked)
})
