import { expect, test } from 'vitest'
import { openManagedPolicies } from '../managed-policies/catalog.ts'
import {
  serviceLinkedRoleKind,
  serviceLinkedServices,
  serviceLinkedTrustPolicy,
} from './service-linked-role.ts'

// Goal: each row can be made, and no two make the same role. The rows are what AWS recorded.
const managedPolicies = openManagedPolicies('aws')

test('each service’s policy is among those AWS publishes, and no role name stands twice', () => {
  const kinds = serviceLinkedServices.map((service) => serviceLinkedRoleKind(service))
  for (const kind of kinds) {
    const arn = `arn:aws:iam::aws:policy/aws-service-role/${kind?.policyName ?? ''}`
    expect(managedPolicies.byArn(arn)?.arn).toBe(arn)
    expect(kind?.roleName).toMatch(/^AWSServiceRoleFor[\w+=,.@-]{1,47}$/)
  }
  expect(serviceLinkedServices.length).toBeGreaterThanOrEqual(71)
  expect(new Set(serviceLinkedServices).size).toBe(serviceLinkedServices.length)
  expect(new Set(kinds.map((kind) => kind?.roleName)).size).toBe(kinds.length)
})

test('only what AWS was recorded to give a suffix takes one', () => {
  const withSuffix = serviceLinkedServices.filter((s) => serviceLinkedRoleKind(s)?.allowsSuffix)
  expect(withSuffix).toEqual([
    'autoscaling.amazonaws.com',
    'connect.amazonaws.com',
    'lexv2.amazonaws.com',
  ])
})

const unknown = ['', 'ec2.amazonaws.com', 'batch', 'Batch.amazonaws.com', '__proto__']

for (const service of unknown) {
  test(`no service-linked role: ${service || 'the empty name'}`, () => {
    expect(serviceLinkedRoleKind(service)).toBeUndefined()
  })
}

test('the trust policy holds Service and Action as plain strings', () => {
  expect(serviceLinkedTrustPolicy('batch.amazonaws.com')).toBe(
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",' +
      '"Principal":{"Service":"batch.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
  )
})
