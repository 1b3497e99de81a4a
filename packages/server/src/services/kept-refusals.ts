import type { Question, GateEvent } from '@bailiwick/gateway'
import type { AuthorizationRequest, CompiledPolicy, PolicySet } from '@bailiwick/policy'

/** One refusal, with all that it was decided on. */
export interface KeptRefusal {
  readonly requestId: string
  readonly at: Date
  readonly callerArn: string
  /** Absent for the anonymous. */
  readonly callerAccountId?: string
  /** `s3:GetObject`, as the API names it. */
  readonly operation: string
  /** It was let through all the same. */
  readonly observed: boolean
  readonly error?: { readonly code: string; readonly message: string }
  /** Absent where no policy was asked: it could not be resolved. */
  readonly asked?: Question
}

/** The newest refusals, by request id. */
export interface RefusalsPort {
  find(requestId: string): KeptRefusal | undefined
  /** The text of a policy as it was decided on, where it is still at hand. */
  readonly textOf: (policy: CompiledPolicy) => string | undefined
}

/** Refusals kept, the newest; and bytes of them, their policies counted once, about. */
export const refusalCountMax = 1000
export const refusalBytesMax = 16 * 2 ** 20
/** Of one refusal beside what is counted. */
const bytesEach = 1024

/** What `bailiwick explain` asks for: in memory, and forgotten with the process. */
export class KeptRefusals implements RefusalsPort {
  readonly textOf: RefusalsPort['textOf']
  readonly #kept = new Map<string, { readonly refusal: KeptRefusal; readonly bytes: number }>()
  readonly #policyUses = new Map<CompiledPolicy, number>()
  readonly #countMax: number
  readonly #bytesMax: number
  #bytes = 0

  constructor(
    textOf: RefusalsPort['textOf'],
    { countMax = refusalCountMax, bytesMax = refusalBytesMax } = {},
  ) {
    this.textOf = textOf
    this.#countMax = countMax
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  get count(): number {
    return this.#kept.size
  }

  find(requestId: string): KeptRefusal | undefined {
    return this.#kept.get(requestId)?.refusal
  }

  /** Keeps an event that policy refused, or would have; the oldest make room. */
  add(event: GateEvent): void {
    const denied = event.checks.find(({ decision }) => decision.decision !== 'allowed')
    const isRefused = denied !== undefined || /^AccessDenied/.test(event.error?.code ?? '')
    if (!isRefused || event.caller === undefined) return
    const asked = denied && { ...denied.asked, request: settled(denied.asked.request) }
    const refusal = refusalOf(event, asked)
    const bytes = bytesOf(refusal)
    this.#kept.set(refusal.requestId, { refusal, bytes })
    this.#bytes += bytes
    for (const policy of policiesOf(asked)) this.#use(policy)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#countMax && this.#bytes <= this.#bytesMax) break
      this.#drop(oldest)
    }
  }

  /** After the store was emptied. */
  clear(): void {
    for (const requestId of [...this.#kept.keys()]) this.#drop(requestId)
  }

  #use(policy: CompiledPolicy): void {
    const uses = this.#policyUses.get(policy) ?? 0
    if (uses === 0) this.#bytes += policyBytes(policy)
    this.#policyUses.set(policy, uses + 1)
  }

  #drop(requestId: string): void {
    const entry = this.#kept.get(requestId)
    if (entry === undefined) return
    this.#kept.delete(requestId)
    this.#bytes -= entry.bytes
    for (const policy of policiesOf(entry.refusal.asked)) {
      const uses = (this.#policyUses.get(policy) ?? 0) - 1
      if (uses > 0) this.#policyUses.set(policy, uses)
      else {
        this.#policyUses.delete(policy)
        this.#bytes -= policyBytes(policy)
      }
    }
  }
}

/** The request's context reads the request itself, whose body is not to be kept. */
function settled(request: AuthorizationRequest): AuthorizationRequest {
  return { ...request, context: new Map(request.context) }
}

function refusalOf(event: GateEvent, asked: Question | undefined): KeptRefusal {
  const { requestId, at, caller, service, operation, error } = event
  return {
    requestId,
    at,
    callerArn: caller?.arn ?? '',
    ...(caller?.accountId !== undefined && { callerAccountId: caller.accountId }),
    operation: `${service?.service ?? ''}:${operation ?? ''}`,
    observed: event.observed === true,
    ...(error && { error }),
    ...(asked && { asked }),
  }
}

function bytesOf({ asked, error }: KeptRefusal): number {
  if (asked === undefined) return bytesEach + 2 * (error?.message.length ?? 0)
  let chars = asked.request.resource.length + (error?.message.length ?? 0)
  for (const [key, value] of asked.request.context) chars += key.length + String(value).length
  return bytesEach + 2 * chars
}

function policiesOf(asked: Question | undefined): readonly CompiledPolicy[] {
  if (asked === undefined) return []
  const { identity, permissionsBoundary, session, resource, endpoint }: PolicySet<CompiledPolicy> =
    asked.policies
  const { serviceControl = [], resourceControl = [] } = asked.policies
  const layers = [identity, session, resource, endpoint, ...serviceControl, ...resourceControl]
  const sourced = [...layers.flatMap((layer) => layer ?? []), permissionsBoundary]
  return sourced.flatMap((each) => (each === undefined ? [] : [each.policy]))
}

const sizes = new WeakMap<CompiledPolicy, number>()

/** A document and its compiled form take a few times the document's text. */
function policyBytes(policy: CompiledPolicy): number {
  const known = sizes.get(policy)
  if (known !== undefined) return known
  const size = 4 * JSON.stringify(policy.document).length
  sizes.set(policy, size)
  return size
}
