import type { OperationInput } from '@bailiwick/wire'
import { Refusal } from '../../refusal.ts'
import { accountOf, Unresolvable } from '../../resolve/forwarded-call.ts'
import type { Check } from '../../operation.ts'
import type { Ask } from '../kept.ts'
import { obstacleTo, type Admission } from './admit.ts'
import type { DeliveringOperation, Delivery, DeliveryCall, Setup } from './delivery.ts'
import { recordDeliveries, type Standing } from './standing.ts'
import { deliveringOperation } from './table.ts'
import { turnAt } from './turns.ts'

/** A call that was allowed, about to be handed on. */
export interface SettingUp extends Omit<Admission, 'askRole'> {
  readonly service: string
  readonly operation: string
  readonly input: OperationInput
  readonly checks: readonly Check[]
  readonly accountId: string
  readonly partition: string
  readonly ask: Ask
  /** What policy would refuse is let through, and put on record as it stands. */
  readonly observe: boolean
}

/** What is to be done about the deliveries of a call that is handed on. */
export interface SetUp {
  /** Policy would have refused one, and it is let through. */
  readonly observed: boolean
  /** To be told whether the backend said yes. */
  readonly settle: (succeeded: boolean) => Promise<void>
}

const nothing: SetUp = { observed: false, settle: () => Promise.resolve() }

/**
 * Allows a call only if whoever delivers what it sets up may do so now, and puts on record what
 * stands from then on.
 *
 * @throws Refusal in the service's own words.
 */
export async function setUpDeliveries(call: SettingUp): Promise<SetUp> {
  const declared = deliveringOperation(call.service, call.operation)
  if (declared === undefined) return nothing
  const about = aboutOf(call)
  const end = declared.turn && (await turnAt(call.resources, declared.turn(about)))
  try {
    const { observed, settle } = await setUpInTurn(call, declared, about)
    const settled = (succeeded: boolean) => settle(succeeded).finally(end)
    return { observed, settle: settled }
  } catch (reason) {
    end?.()
    throw reason
  }
}

async function setUpInTurn(
  call: SettingUp,
  declared: DeliveringOperation,
  about: DeliveryCall,
): Promise<SetUp> {
  const setup = await setupOf(declared, about, call.operation)
  const askRole = (arn: string) => roleOfFunction(call.ask, arn)
  let observed = false
  for (const delivery of setup.deliveries) {
    const obstacle = await obstacleTo(delivery, { ...call, askRole })
    if (obstacle === undefined) continue
    if (!call.observe) throw declared.refusal(delivery, obstacle, about)
    observed = true
  }
  const standing = standingOf(call, declared, setup, about)
  const { resources, partition, requestId, now } = call
  const settle = await recordDeliveries(resources, standing, partition, { requestId, now })
  return { observed, settle }
}

function aboutOf(call: SettingUp): DeliveryCall {
  const { checks, input, accountId, partition, region, resources, ask } = call
  const source = checks[0]?.resourceArn ?? ''
  const sourceAccount = checks[0]?.resourceAccountId ?? accountOf(source) ?? accountId
  return { input, source, sourceAccount, accountId, partition, region, resources, ask }
}

async function setupOf(
  { sets }: DeliveringOperation,
  about: DeliveryCall,
  operation: string,
): Promise<Setup> {
  try {
    return await sets(about)
  } catch (reason) {
    if (!(reason instanceof Unresolvable)) throw reason
    throw new Refusal('AccessDenied', `${operation} cannot be decided on: ${reason.message}`)
  }
}

function standingOf(
  { service, operation, region }: SettingUp,
  { as = operation }: DeliveringOperation,
  { deliveries, replaces, switches }: Setup,
  { sourceAccount }: DeliveryCall,
): Standing {
  const setBy = `${service}:${as}`
  const standing = deliveries.filter(({ once }) => !once)
  const [first = ''] = replaces?.sources ?? []
  return {
    deliveries: standing.map((each) => ({ ...recorded(each), setBy, region })),
    accountId: standing[0]?.sourceAccount ?? accountOf(first) ?? sourceAccount,
    replaced: (each) =>
      replaces !== undefined &&
      each.setBy === setBy &&
      replaces.sources.includes(each.source) &&
      (replaces.parts === 'all' || replaces.parts.includes(each.part ?? '')),
    ...(switches && { switches }),
  }
}

/** From then on a function runs as whatever role it has. */
function recorded(delivery: Delivery): Delivery {
  const { deliverer } = delivery
  if (deliverer.by !== 'function') return delivery
  return { ...delivery, deliverer: { by: 'function', arn: deliverer.arn } }
}

/** The execution role as Lambda's backend tells it; undefined where it does not. */
export async function roleOfFunction(ask: Ask, arn: string): Promise<string | undefined> {
  const asked = await ask('GetFunctionConfiguration', { FunctionName: arn })
  const role = asked.ok ? asked.output.Role : undefined
  return typeof role === 'string' ? role : undefined
}
