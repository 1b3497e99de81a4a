import { readErrorCode, readOutput } from '@bailiwick/wire'
import type { OperationInput, OperationOutput, ReceivedAnswer } from '@bailiwick/wire'
import type { GateScope } from '../operation.ts'
import type { GateAnswer } from '../ports.ts'
import { isRefusal } from '../refusal.ts'
import type {
  Creation,
  KeptCall,
  KeptOperation,
  KeptService,
  KnownCall,
  Made,
} from '../registry/kept.ts'
import { keptOperation, keptService } from '../registry/kept-services.ts'
import type { Resource } from '../registry/resource.ts'
import { passedAnswer, passedWhole, unreachable, wholeAnswer } from './answer.ts'
import { BackendError } from './backend-error.ts'
import type { BackendAnswer } from './exchange.ts'
import type { Permitted } from './decide-forwarded.ts'
import type { OwnedForwarding } from './forwarding.ts'
import { renamedBytesMax } from './limits.ts'

/** A call that was allowed, with all that is needed to carry it out. */
export interface Keeping<Scope extends GateScope> {
  readonly forwarding: OwnedForwarding<Scope>
  readonly call: KeptCall
  readonly permitted: Permitted
  /** Hands the call on to the backend. @throws Refusal, BackendError */
  readonly send: (input: OperationInput) => Promise<BackendAnswer>
  /** Told of a record that is dropped, since the backend no longer has what it stands for. */
  readonly lost: (resource: Resource) => void
}

/** What a service refuses of a call, before anything else is done about it. @throws Refusal */
export async function refuseAsDeclared(call: KeptCall, service: string): Promise<void> {
  const kept = keptService(service)
  kept?.refuses?.(call)
  const refusal = await keptOperation(service, call.operation.name)?.refuses?.(call)
  if (refusal !== undefined) throw refusal
}

/**
 * Carries out a call as its service has declared it: what the gate keeps is kept and answered here,
 * the rest is handed on.
 */
export async function keep<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  kept: KeptService,
  declared: KeptOperation = {},
): Promise<GateAnswer> {
  const { call, permitted } = keeping
  if (declared.lists !== undefined) return written(keeping, await declared.lists(call))
  if (declared.creates !== undefined) return create(keeping, kept, declared)
  const [resource] = permitted.resources
  if (resource === undefined) {
    if (declared.absent !== undefined) return written(keeping, declared.absent)
    return handOn(keeping, kept, declared, call)
  }
  const known: KnownCall = { ...call, resource }
  const change = await declared.changes?.(known)
  if (declared.answers !== undefined && declared.isForBackend?.(known) !== true) {
    const now = change === undefined ? resource : await commit(keeping, kept, resource, change)
    return written(keeping, await declared.answers({ ...known, resource: now }))
  }
  return handOn(keeping, kept, declared, known, async () => {
    if (change !== undefined) await commit(keeping, kept, resource, change)
    const { deletes, alsoDeletes } = declared
    const isGone = deletes === true || deletes?.(known) === true
    const gone = isGone ? [resource, ...(alsoDeletes?.(known) ?? [])] : []
    for (const each of gone) await call.resources.remove(each, eventOf(keeping))
  })
}

function eventOf<Scope extends GateScope>({ forwarding }: Keeping<Scope>) {
  const { requestId, now } = forwarding.scope
  return { requestId, now }
}

/** Changes the record, decided anew where it has changed since the decision. */
async function commit<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  kept: KeptService,
  resource: Resource,
  change: (current: Resource) => Resource,
): Promise<Resource> {
  const { call, permitted } = keeping
  const recorded = resource.id === '' ? await recordedStanding(keeping, resource) : resource
  const changed = await call.resources.change(recorded, eventOf(keeping), (current) => {
    if (current.revision !== resource.revision) permitted.again(current)
    return change(current)
  })
  if (changed === undefined) throw kept.missing(resource.arn)
  return changed
}

/** The record of what stood without one; somebody else may have made it meanwhile. */
async function recordedStanding<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  { id: _, createdAt: __, revision: ___, ...standing }: Resource,
): Promise<Resource> {
  const { resources } = keeping.call
  const made = await resources.create(standing, eventOf(keeping))
  const found = made ?? resources.find(standing.arn)
  if (found === undefined) throw new Error(`${standing.arn} is neither made nor there`)
  return found
}

/** An answer of the gate's own. */
function written<Scope extends GateScope>(
  { forwarding }: Keeping<Scope>,
  output: OperationOutput,
): GateAnswer {
  const { recognised, scope } = forwarding
  const { service, model, protocol } = recognised
  return protocol.writeOutput(service.model, model, output, scope.requestId)
}

/** @param then Runs once the backend has said yes. */
async function handOn<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  kept: KeptService,
  declared: KeptOperation,
  call: KeptCall & { readonly resource?: Resource },
  then?: (output: () => OperationOutput) => Promise<void>,
): Promise<GateAnswer> {
  const own = declared.backendInput?.(call) ?? call.input
  const input = kept.backendInput?.(own, call) ?? own
  const answer = await keeping.send(input).catch(unreachable)
  if (answer.status >= 400) return failed(keeping, kept, await whole(answer))
  const { creates } = declared
  const merges = declared.isMerged?.(call) === false ? undefined : declared.merges
  if (merges === undefined && !creates?.madeFrom && !creates?.settles) {
    await then?.(() => ({}))
    return passedAnswer(answer, keeping.forwarding)
  }
  const received = passedWhole(await whole(answer), keeping.forwarding)
  const output = outputOf(keeping, received)
  await then?.(() => output)
  return merges === undefined ? received : written(keeping, await merges(output, call))
}

async function whole(answer: BackendAnswer): Promise<ReceivedAnswer> {
  return wholeAnswer(answer, renamedBytesMax).catch(unreachable)
}

function outputOf<Scope extends GateScope>(
  { forwarding }: Keeping<Scope>,
  received: ReceivedAnswer,
): OperationOutput {
  const { model, protocolName } = forwarding.recognised
  const output = readOutput(model, protocolName, received)
  return output ?? unreachable(new BackendError('its answer cannot be read', 'broken'))
}

/** What a backend refuses is passed on; where it has lost what a record stands for, that goes. */
async function failed<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  kept: KeptService,
  received: ReceivedAnswer,
): Promise<GateAnswer> {
  const { forwarding, permitted } = keeping
  const { model, protocolName } = forwarding.recognised
  const code = readErrorCode(protocolName, received)
  // Of several the answer does not say which: such a call takes none of them away.
  const [resource, ...others] = permitted.resources
  if (
    resource?.state === 'active' &&
    others.length === 0 &&
    kept.isGone(model.name, received.status, code, resource)
  ) {
    await forget(keeping, resource)
  }
  return passedWhole(received, forwarding)
}

async function create<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  kept: KeptService,
  declared: KeptOperation,
): Promise<GateAnswer> {
  const { call } = keeping
  const { creates } = declared
  const made = await creates?.made?.(call)
  if (creates === undefined || made === undefined) {
    return handOn(keeping, kept, declared, call, async (output) => {
      const named = await creates?.madeFrom?.(output(), call)
      if (named !== undefined) await record(keeping, kept, named, 'active')
    })
  }
  const before = await stillThere(keeping, kept, creates, call.resources.find(made.arn))
  const taken = await takenBy(keeping, declared, before)
  if (taken !== undefined) {
    const refusal = creates.taken(taken, call)
    if (refusal !== undefined) throw refusal
    return handOn(keeping, kept, declared, call)
  }
  const inserted = await begin(keeping, kept, made, before)
  if (inserted === undefined) throw creates.taken('other', call) ?? kept.missing(made.arn)
  const undo = () => call.resources.remove(inserted, eventOf(keeping), 'creating')
  const answer = await handOn(keeping, kept, declared, call, async (output) => {
    await activate(keeping, kept, inserted, creates.settles?.(output(), call))
  }).catch(async (thrown: unknown) => {
    // What the gate itself refuses to tell the backend was never asked of it.
    const isUntold = isRefusal(thrown) && thrown.cause === undefined
    if (isUntold && before === undefined) await undo()
    throw thrown
  })
  if (answer.status < 400) return answer
  if (before === undefined) await undo()
  else await confirm(keeping, kept, creates, inserted)
  return answer
}

/**
 * The record, unless it is the caller's own and the backend no longer has what it stands for, or has
 * another one of the name: whoever makes it again gets a new one, without policy and tags of the old.
 */
async function stillThere<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  kept: KeptService,
  { exists }: Creation,
  held: Resource | undefined,
): Promise<Resource | undefined> {
  const { call } = keeping
  if (held?.state !== 'active' || held.accountId !== call.accountId) return held
  const isThere = await exists?.(call).catch(unreachable)
  const now = isThere && (await kept.createdAt?.(held, call.ask).catch(unreachable))
  const { backendCreatedAt: then } = held
  const isAnother = then !== undefined && now instanceof Date && now.getTime() !== then.getTime()
  if (isThere !== false && !isAnother) return held
  await forget(keeping, held)
  return undefined
}

/** A record that stands for nothing goes, and its parts with it: a topic's subscriptions. */
async function forget<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  resource: Resource,
): Promise<void> {
  const { resources } = keeping.call
  const parts = resources.beginningWith(`${resource.arn}:`)
  for (const each of [resource, ...parts.filter(({ service }) => service === resource.service)]) {
    await resources.remove(each, eventOf(keeping))
    keeping.lost(each)
  }
}

/** What was begun and never confirmed is there all the same, if the backend says so now. */
async function confirm<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  kept: KeptService,
  { exists }: Creation,
  begun: Resource,
): Promise<void> {
  const isThere = await exists?.(keeping.call).catch(unreachable)
  if (isThere === true) await activate(keeping, kept, begun)
}

/** A record before its resource; one that was begun before is as it is asked for now. */
async function begin<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  kept: KeptService,
  made: Made,
  before: Resource | undefined,
): Promise<Resource | undefined> {
  if (before === undefined) return record(keeping, kept, made, 'creating')
  const { policy: _, ...rest } = before
  return keeping.call.resources.change(before, eventOf(keeping), () => ({ ...rest, ...made }))
}

/**
 * Whose the name is. What its owner began to make and the backend never confirmed, is the owner's to
 * begin anew: when it was begun, the backend did not have it.
 */
async function takenBy<Scope extends GateScope>(
  { call }: Keeping<Scope>,
  { creates }: KeptOperation,
  before: Resource | undefined,
): Promise<'other' | 'own' | 'nobody' | undefined> {
  if (before === undefined) {
    const isThere = await creates?.exists?.(call).catch(unreachable)
    return isThere === true ? 'nobody' : undefined
  }
  if (before.accountId !== call.accountId) return 'other'
  return before.state === 'active' ? 'own' : undefined
}

async function record<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  { service }: KeptService,
  made: Made,
  state: Resource['state'],
): Promise<Resource | undefined> {
  const { call } = keeping
  const { accountId = call.accountId } = made
  return call.resources.create({ ...made, service, accountId, state }, eventOf(keeping))
}

async function activate<Scope extends GateScope>(
  keeping: Keeping<Scope>,
  kept: KeptService,
  resource: Resource,
  settings: Made['settings'] = {},
): Promise<void> {
  const { call } = keeping
  const backendCreatedAt = await kept.createdAt?.(resource, call.ask).catch(unreachable)
  await call.resources.change(resource, eventOf(keeping), (current) => ({
    ...current,
    settings: { ...current.settings, ...settings },
    state: 'active',
    ...(backendCreatedAt && { backendCreatedAt }),
  }))
}
