import { decide } from '@bailiwick/policy'
import { forwardedServices } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import { unknownOf } from '../authorize/unknown.ts'
import type { Check } from '../operation.ts'
import { expectedActions } from '../testing/expected-actions.ts'
import { expectedResources } from '../testing/expected-resources.ts'
import { sampleAccount } from '../testing/forwarded-inputs.ts'
import {
  checksOf,
  otherForms,
  raw,
  rawAction,
  rowsOf,
  type Row,
} from '../testing/forwarded-rows.ts'
import { identityPolicy } from '../testing/gate.ts'

// Goal: every operation of the services that are forwarded is recognised and resolved to AWS's own actions and
// resources, in every form that clients send it in.
// Method: the AWS SDK writes a request with the members that are required, and one with all of
// them; the gate recognises and reads it. The expected action comes from the Service Authorization
// data and the operation's name, or from a table checked by hand; each ARN must fit a pattern of that
// data, and be the one that is checked by hand for the services used most; and the real engine denies
// the call where the policy names the neighbouring resource. Keys: forwarded-keys.test.ts.

const all = (await Promise.all(forwardedServices.map((service) => rowsOf(service)))).flat()
const resolved = all.filter((row) => row.checks !== undefined)

test('the corpus is as large as it claims, each operation as the SDK sends it', () => {
  const operations = new Set(resolved.filter(({ sent }) => sent).map(({ name }) => name))
  console.log(
    `${String(operations.size)} operations of ${String(forwardedServices.length)} services resolved`,
  )
  expect(operations.size).toBeGreaterThanOrEqual(1500)
})

/** As they were when both were sent. */
function withoutAge(row: Row) {
  return {
    ...row,
    checks: row.checks?.map(({ contextKeys, ...check }) => {
      const { 's3:signatureAge': _, ...keys } = contextKeys ?? {}
      return { ...check, keys }
    }),
  }
}

for (const [form, service, settings] of otherForms) {
  test(`calls of ${service} in the form ${form} are the same calls`, async () => {
    const rows = await rowsOf(service, settings)
    const own = all.filter((row) => row.service === service)
    expect(rows.filter(({ sent }) => sent).length).toBeGreaterThan(40)
    expect(rows.map(({ name, sent }) => [name, sent])).toEqual(
      own.map(({ name, sent }) => [name, sent]),
    )
    for (const [index, row] of rows.entries()) {
      expect(withoutAge(row).checks, row.name).toEqual(withoutAge(own[index] as Row).checks)
    }
  })
}

/** API Gateway Developer Guide: the permission is the HTTP method, which each verb implies. */
const methods: readonly (readonly [verb: RegExp, method: string])[] = [
  [/^(ImportDocumentationParts|Put|TagResource)/, 'PUT'],
  [/^(Create|Generate|Import|Reject|Test)/, 'POST'],
  [/^Get/, 'GET'],
  [/^(Delete|Flush|Untag)/, 'DELETE'],
  [/^Update/, 'PATCH'],
]

function allowedActions(name: string): readonly string[] {
  const [service = '', operation = ''] = name.split(':')
  const method = methods.find(([verb]) => verb.test(operation))?.[1] ?? ''
  if (service === 'apigateway') return [`apigateway:${method}`]
  return expectedActions[name] ?? [`${service}:${rawAction(name)?.name ?? ''}`]
}

test('every action is one that AWS has: the operation’s name, or as checked by hand', () => {
  for (const row of resolved) {
    const found = [...new Set(checksOf(row).map(({ action = '' }) => action))]
    expect(found.filter((action) => rawAction(action) === undefined)).toEqual([])
    const allowed = allowedActions(row.name)
    expect(found.length, row.name).toBeGreaterThan(0)
    expect(
      found.filter((action) => !allowed.includes(action)),
      row.name,
    ).toEqual([])
  }
})

/** Paths of API Gateway's operations that the data has no pattern for. */
const unlistedPaths = /:\/sdktypes(\/|$)/

test('every ARN fits a pattern of its action', () => {
  for (const row of resolved) {
    for (const { action = '', resourceArn } of checksOf(row)) {
      const types = rawAction(action)?.resourceTypes ?? []
      if (resourceArn === '*') {
        expect(
          types.filter(({ required }) => required),
          row.name,
        ).toEqual([])
        continue
      }
      // The data does not say which of API Gateway's methods goes with which of its paths.
      const isPath = action.startsWith('apigateway:')
      if (isPath && unlistedPaths.test(resourceArn)) continue
      const patterns = (raw.get(action.split(':')[0] ?? '')?.types ?? [])
        .filter(({ key }) => isPath || types.some(({ name }) => name === key))
        .flatMap(({ arn }) => arn.split(', '))
      const matches = patterns.some((pattern) => {
        const pieces = pattern
          .split(/\$\{\w+\}/)
          .map((piece) => piece.replaceAll(/[.*+?^$()|[\]\\/]/g, '\\$&'))
        return new RegExp(`^${pieces.join('.*')}$`, 's').test(resourceArn)
      })
      expect(matches, `${row.name} ${action} ${resourceArn}`).toBe(true)
    }
  }
})

const handChecked = resolved.filter(({ service }) => Object.hasOwn(expectedResources, service))

test('the resources of S3, SQS, SNS, DynamoDB, Lambda and KMS are as checked by hand', () => {
  for (const row of handChecked) {
    const sent = JSON.stringify(row.input)
    const named = (expectedResources[row.service] ?? []).filter(([, value]) => sent.includes(value))
    const known = checksOf(row).filter(({ unknown }) => unknown?.resource !== true)
    for (const { action = '', resourceArn } of known) {
      const types = rawAction(action)?.resourceTypes ?? []
      const isNone = resourceArn === '*' && types.every(({ required }) => !required)
      const isNamed = named.some(([, , arn]) => arn === resourceArn)
      expect(isNone || isNamed, `${row.name} ${action} ${resourceArn}`).toBe(true)
    }
  }
  expect(handChecked.length).toBeGreaterThan(600)
})

test('each resource that such a call must name is asked for', () => {
  for (const row of handChecked) {
    const sent = JSON.stringify(row.input)
    const named = (expectedResources[row.service] ?? []).filter(([, value]) => sent.includes(value))
    for (const check of checksOf(row)) {
      const asked = checksOf(row).filter(({ action }) => action === check.action)
      for (const { name, required } of rawAction(check.action ?? '')?.resourceTypes ?? []) {
        const arns = named.filter(([type]) => type === name).map(([, , arn]) => arn)
        // Who reads an index is asked about it, not about its table; so with a function's alias.
        const isAsked = asked.some(
          ({ resourceArn, unknown }) =>
            unknown?.resource === true ||
            arns.some((arn) =>
              [resourceArn, resourceArn.replace(/(\/index\/|:sample-qualifier$).*/, '')].includes(
                arn,
              ),
            ),
        )
        const isMet = !required || arns.length === 0 || isAsked
        expect(isMet, `${row.name} ${check.action ?? ''} ${name}`).toBe(true)
      }
    }
  }
})

const principal = {
  kind: 'user',
  accountId: sampleAccount,
  arn: `arn:aws:iam::${sampleAccount}:user/ann`,
  userId: 'AIDAEXAMPLE',
} as const

/** Whether all checks are allowed by a policy that allows each action on the ARN given. */
function isAllowed(checks: readonly Check[], arnOf: (check: Check) => string): boolean {
  const statements = checks.map((check) => ({
    Effect: 'Allow',
    Action: check.action ?? '',
    Resource: arnOf(check),
  }))
  const identity = [identityPolicy('p', statements)]
  return checks.every((check) => {
    const { action = '', resourceArn } = check
    const unknown = unknownOf(check)
    const question = {
      principal,
      action,
      resource: resourceArn,
      context: new Map(),
      ...(unknown && { unknown }),
    }
    return decide(question, { identity }).decision === 'allowed'
  })
}

test('the engine allows what a policy names, and denies it where the policy names its neighbour', () => {
  for (const row of resolved) {
    const checks = row.checks ?? []
    expect(
      isAllowed(checks, ({ resourceArn }) => resourceArn),
      row.name,
    ).toBe(true)
    for (const neighbour of checks) {
      const { resourceArn } = neighbour
      const other =
        resourceArn === '*' ? 'arn:aws:s3:::other' : `${resourceArn.replace(/[*?]+$/, '')}~`
      const allowed = isAllowed([neighbour], () => other)
      expect(allowed, `${row.name} ${resourceArn}`).toBe(false)
    }
  }
})

test('where the resource is only approximate, a Deny of one that it may be denies', () => {
  const all = identityPolicy('all', { Effect: 'Allow', Action: '*', Resource: '*' })
  let seen = 0
  for (const { name, checks = [] } of resolved) {
    for (const check of checks.filter(({ unknown }) => unknown?.resource === true)) {
      const { action = '', resourceArn } = check
      const one = resourceArn.replaceAll('*', 'one').replaceAll('?', 'x')
      const deny = identityPolicy('deny', { Effect: 'Deny', Action: action, Resource: one })
      const unknown = unknownOf(check)
      const context = new Map<string, string>()
      const question = {
        principal,
        action,
        resource: resourceArn,
        context,
        ...(unknown && { unknown }),
      }
      const { decision } = decide(question, { identity: [all, deny] })
      expect(decision, `${name} ${one}`).toBe('explicitDeny')
      seen++
    }
  }
  expect(seen).toBeGreaterThan(30)
})
