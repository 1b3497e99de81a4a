import type { ContextValue } from '@bailiwick/policy'
import type { HttpRequest } from '@bailiwick/wire'
import { firstRefused, type Decide } from '../../authorize/authorize.ts'
import type { Caller } from '../../caller.ts'
import type { Check, GateScope } from '../../operation.ts'
import type { DecidedCheck, RunRole } from '../../ports.ts'
import { factsOf } from '../../resolve/facts.ts'
import { accountOf, patternOf, text } from '../../resolve/forwarded-call.ts'
import { beginningOf } from '../../resolve/keys.ts'
import { keptServiceOf } from '../kept-services.ts'
import { know } from '../known.ts'
import type { ResourcePort } from '../resource.ts'
import { takesDeadLettersOf } from '../sqs-redrive.ts'
import type { Deliverer, Delivery, Need, Obstacle } from './delivery.ts'

/** What a delivery is decided with. */
export interface Admission {
  readonly resources: ResourcePort
  readonly decide: Decide
  readonly runRole?: RunRole | undefined
  /** The caller of the call that sets it up: who delivers with its permissions needs one. */
  readonly caller?: Caller
  readonly region: string
  readonly now: Date
  readonly requestId: string
  /** The execution role of a function that the registry does not tell. */
  readonly askRole: (functionArn: string) => Promise<string | undefined>
  /** Takes what was refused. */
  readonly decided: DecidedCheck[]
}

/** Why a delivery may not be; undefined where it may. */
export async function obstacleTo(
  delivery: Delivery,
  admission: Admission,
): Promise<Obstacle | undefined> {
  if (delivery.unasked) return undefined
  const { deliverer, needs } = delivery
  if (deliverer.by === 'owner') return obstacleOfOwner(delivery, admission)
  const caller = await callerOf(deliverer, delivery, admission)
  if (caller === undefined) return { kind: 'role' }
  if (needs === undefined) return { kind: 'unknown' }
  const checks = needs.map((need) => checkOf(need, delivery, admission.region))
  const { resources, decide, region, now, requestId, decided } = admission
  const known = know(checks, caller, resources, () => false)
  if (known.missing !== undefined) return { kind: 'missing' }
  const scope: GateScope = { caller, requestId, now, region }
  const tried: DecidedCheck[] = []
  const asked = { request: serviceRequest, scope, checks: known.checks, own: '' }
  const refused = firstRefused(asked, decide, tried)
  if (refused === undefined) return undefined
  decided.push(...tried.slice(-1))
  return { kind: 'denied', action: refused.action }
}

/** Of one account: the target's owner is the source's, whatever policies say. */
function obstacleOfOwner(
  { source, target, sourceAccount }: Delivery,
  { resources }: Admission,
): Obstacle | undefined {
  const place = keptServiceOf(target)?.resourceOf(target, resources)
  const record = place && resources.find(place.arn)
  if (place !== undefined && record === undefined) return { kind: 'missing' }
  const owner = record?.accountId ?? accountOf(target)
  if (owner !== sourceAccount) return { kind: 'otherAccount' }
  const isTaken = record?.type !== 'queue' || takesDeadLettersOf(record, source)
  return isTaken ? undefined : { kind: 'denied', action: 'sqs:SendMessage' }
}

async function callerOf(
  deliverer: Exclude<Deliverer, { by: 'owner' }>,
  delivery: Delivery,
  admission: Admission,
): Promise<Caller | undefined> {
  switch (deliverer.by) {
    case 'service':
      return serviceCaller(deliverer.name, admission.region)
    case 'caller':
      return admission.caller
    case 'role':
      return roleCaller(deliverer.arn, deliverer.service, delivery, admission)
    case 'function': {
      const { resources, askRole } = admission
      const kept = text(resources.find(deliverer.arn)?.settings.role)
      const role = deliverer.role ?? kept ?? (await askRole(deliverer.arn))
      if (role === undefined) return undefined
      return roleCaller(role, 'lambda.amazonaws.com', delivery, admission)
    }
  }
}

function roleCaller(
  arn: string,
  servicePrincipal: string,
  { source, sourceAccount }: Delivery,
  { runRole, now }: Admission,
): Promise<Caller | undefined> {
  const role = { arn, servicePrincipal, sourceArn: source, sourceAccount }
  return runRole?.(role, now) ?? Promise.resolve(undefined)
}

/** A service as itself: it has no account and no policies. */
function serviceCaller(name: string, region: string): Caller {
  return {
    principal: { kind: 'service', serviceNames: namesOf(name, region) },
    arn: name,
    userId: name,
    contextKeys: new Map(),
    policies: { identity: [] },
    inManagementAccount: false,
  }
}

/** Source: IAM User Guide, "Principal", service principals, also of one region. */
function namesOf(name: string, region: string): readonly string[] {
  return [name, name.replace(/\.amazonaws\.com$/, `.${region}.amazonaws.com`)]
}

/** Where the service itself calls from, nobody can tell: see `unknownKeys`. */
const serviceRequest: HttpRequest = {
  method: 'POST',
  target: '/',
  rawHeaders: [],
  headers: new Map(),
  body: new Uint8Array(),
  secure: true,
  remoteAddress: '',
}

/** Of a call inside the backend; refused in doubt (decision 0024). */
const unknownKeys = [
  'aws:SourceIp',
  'aws:UserAgent',
  'aws:Referer',
  'aws:SourceVpc',
  'aws:SourceVpce',
  'aws:VpcSourceIp',
  'aws:SourceOrgID',
  'aws:SourceOrgPaths',
  'aws:ResourceOrgID',
  'aws:ResourceOrgPaths',
  'aws:ResourceTag/',
  'aws:RequestTag/',
  'aws:TagKeys',
]

function checkOf({ action, resourceArn: given }: Need, delivery: Delivery, region: string): Check {
  const { arn, unknown } = patternOf(given)
  const contextKeys = { ...keysOf(delivery, region), ...delivery.keys }
  const known = new Set(Object.keys(contextKeys))
  const own = (factsOf(action)?.keys ?? []).map(beginningOf)
  const owner = accountOf(arn)
  return {
    action,
    resourceArn: arn,
    ...(owner !== undefined && { resourceAccountId: owner }),
    contextKeys,
    unknown: {
      resource: unknown,
      contextKeys: [...unknownKeys, ...own].filter((key) => !known.has(key)),
    },
  }
}

/** Source: IAM User Guide, "AWS global condition context keys". */
function keysOf(
  { deliverer, source, sourceAccount }: Delivery,
  region: string,
): Readonly<Record<string, ContextValue>> {
  if (deliverer.by === 'service') {
    return {
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': deliverer.name,
      'aws:PrincipalServiceNamesList': namesOf(deliverer.name, region),
      'aws:SourceArn': source,
      'aws:SourceAccount': sourceAccount,
    }
  }
  if (deliverer.by !== 'caller') return {}
  return {
    'aws:ViaAWSService': 'true',
    'aws:CalledVia': [deliverer.service],
    'aws:CalledViaFirst': deliverer.service,
    'aws:CalledViaLast': deliverer.service,
  }
}
