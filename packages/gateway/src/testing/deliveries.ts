import { decide } from '@bailiwick/policy'
import { loadModel, type ForwardedService, type OperationInput } from '@bailiwick/wire'
import type { Caller } from '../caller.ts'
import type { HandedRole, RunRole } from '../ports.ts'
import { isRefusal } from '../refusal.ts'
import { setUpDeliveries } from '../registry/deliveries/set-up.ts'
import { know } from '../registry/known.ts'
import type { Ask } from '../registry/kept.ts'
import type { Resource, ResourcePort } from '../registry/resource.ts'
import { resolveForwarded } from '../resolve/resolve.ts'
import { accountId, callerWith, identityPolicy, now } from './gate.ts'
import { memoryResources } from './resources.ts'

/** A role of the account, that trusts these services and may do that. */
export interface RoleOfTest {
  readonly trusts: readonly string[]
  readonly statements: readonly object[]
}

/** Runs roles by ARN, and keeps in whose name. */
export function rolesOf(
  roles: Readonly<Record<string, RoleOfTest>>,
  asked: HandedRole[] = [],
): RunRole {
  return (handed) => {
    asked.push(handed)
    const role = roles[handed.arn]
    if (!role?.trusts.includes(handed.servicePrincipal)) return Promise.resolve(undefined)
    return Promise.resolve(sessionOf(handed.arn, role.statements))
  }
}

function sessionOf(roleArn: string, statements: readonly object[]): Caller {
  const name = roleArn.split('/').at(-1) ?? ''
  const owner = roleArn.split(':')[4] ?? ''
  const arn = `arn:aws:sts::${owner}:assumed-role/${name}/service`
  const id = { roleId: `AROA${name}`, sessionName: 'service', serviceLinked: false }
  return {
    ...callerWith(...(statements.length > 0 ? [identityPolicy(name, statements)] : [])),
    principal: { kind: 'roleSession', accountId: owner, arn, roleArn, ...id },
    accountId: owner,
    arn,
  }
}

export interface SettingUpOfTest {
  readonly service: ForwardedService
  readonly operation: string
  readonly input: OperationInput
  readonly records?: readonly Resource[]
  readonly resources?: ResourcePort
  readonly runRole?: RunRole
  readonly caller?: Caller
  readonly ask?: Ask
  readonly observe?: boolean
}

const unasked: Ask = (operation) => Promise.reject(new Error(`${operation} was asked`))

/** What is said of a call that sets up deliveries: `CODE: message`, or undefined. */
export async function saidOf(call: SettingUpOfTest): Promise<string | undefined> {
  try {
    const { settle } = await setUp(call)
    await settle(true)
    return undefined
  } catch (thrown) {
    if (isRefusal(thrown)) return `${thrown.code}: ${thrown.message}`
    throw thrown
  }
}

export function setUp(call: SettingUpOfTest) {
  const { service, operation, input, records = [], caller = callerWith() } = call
  const { resources = memoryResources(...records), ask = unasked, observe = false } = call
  const model = loadModel(service).operations.get(operation)
  if (model === undefined) throw new Error(`no ${operation}`)
  const place = { accountId, partition: 'aws', region: 'us-east-1', now }
  const request = {
    ...{ method: 'POST', target: '/', rawHeaders: [], headers: new Map(), secure: true },
    ...{ body: new Uint8Array(), remoteAddress: '192.0.2.1' },
  }
  const { service: prefix } = loadModel(service)
  const about = { service: prefix, operation: model, input, request, ...place }
  const resolution = resolveForwarded(about)
  if (!resolution.ok) throw new Error(resolution.why)
  const { checks } = know(resolution.checks, caller, resources, () => false)
  return setUpDeliveries({
    ...{ service: prefix, operation, input, checks, resources, decide, caller, ask, observe },
    ...{ ...place, requestId: 'ours', decided: [], runRole: call.runRole },
  })
}
