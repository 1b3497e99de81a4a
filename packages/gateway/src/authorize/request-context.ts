import type { ContextValue, RequestContext } from '@bailiwick/policy'
import type { HttpRequest } from '@bailiwick/wire'
import type { Check, GateScope, OrganizationPlace } from '../operation.ts'

/**
 * The request context of one check: the operation's own keys, then the gate's global keys, then
 * the caller's. Nothing is computed before it is asked for: most policies have no conditions, and
 * most requests meet only those.
 *
 * Keys are in lower case. Source: condition keys of the IAM User Guide, "AWS global condition
 * context keys".
 */
export function requestContextOf(
  request: HttpRequest,
  scope: GateScope,
  check: Check,
): RequestContext {
  return new LazyContext(request, scope, check)
}

const globalKeys = [
  'aws:currenttime',
  'aws:epochtime',
  'aws:sourceip',
  'aws:securetransport',
  'aws:useragent',
  'aws:referer',
  'aws:requestedregion',
  'aws:viaawsservice',
  'aws:principalisawsservice',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
] as const

function pathsOf(place: OrganizationPlace | undefined): ContextValue | undefined {
  return place && [place.path]
}

class LazyContext implements ReadonlyMap<string, ContextValue> {
  readonly #request: HttpRequest
  readonly #scope: GateScope
  readonly #check: Check
  #own: ReadonlyMap<string, ContextValue> | undefined

  constructor(request: HttpRequest, scope: GateScope, check: Check) {
    this.#request = request
    this.#scope = scope
    this.#check = check
  }

  get(key: string): ContextValue | undefined {
    return this.#ownKeys().get(key) ?? this.#global(key) ?? this.#scope.caller.contextKeys.get(key)
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  get size(): number {
    return this.#all().size
  }

  entries(): MapIterator<[string, ContextValue]> {
    return this.#all().entries()
  }

  keys(): MapIterator<string> {
    return this.#all().keys()
  }

  values(): MapIterator<ContextValue> {
    return this.#all().values()
  }

  [Symbol.iterator](): MapIterator<[string, ContextValue]> {
    return this.entries()
  }

  forEach(
    visit: (value: ContextValue, key: string, map: ReadonlyMap<string, ContextValue>) => void,
  ): void {
    for (const [key, value] of this) visit(value, key, this)
  }

  /** An operation may write its keys as AWS does, `iam:PolicyARN`; they are folded here. */
  #ownKeys(): ReadonlyMap<string, ContextValue> {
    if (this.#own) return this.#own
    const own = new Map<string, ContextValue>()
    for (const [key, value] of Object.entries(this.#check.contextKeys ?? {})) {
      if (value !== undefined) own.set(key.toLowerCase(), value)
    }
    return (this.#own = own)
  }

  #global(key: string): ContextValue | undefined {
    const { now, region, caller, organizationOf } = this.#scope
    switch (key) {
      case 'aws:currenttime':
        return now.toISOString()
      case 'aws:epochtime':
        return String(Math.floor(now.getTime() / 1000))
      case 'aws:sourceip':
        return this.#request.remoteAddress
      case 'aws:securetransport':
        return this.#request.secure ? 'true' : 'false'
      case 'aws:useragent':
        return this.#request.headers.get('user-agent')
      case 'aws:referer':
        return this.#request.headers.get('referer')
      case 'aws:requestedregion':
        return region
      case 'aws:viaawsservice':
      case 'aws:principalisawsservice':
        return caller.contextKeys.get(key) ?? 'false'
      case 'aws:resourceaccount':
        return this.#check.resourceAccountId ?? caller.accountId
      case 'aws:resourceorgid':
        return organizationOf?.(this.#owner())?.id
      case 'aws:resourceorgpaths':
        return pathsOf(organizationOf?.(this.#owner()))
      default:
        return undefined
    }
  }

  /** The resource's account; empty where the anonymous ask for what nobody is known to own. */
  #owner(): string {
    const owner = this.get('aws:resourceaccount')
    return typeof owner === 'string' ? owner : ''
  }

  #all(): Map<string, ContextValue> {
    const all = new Map(this.#scope.caller.contextKeys)
    for (const key of globalKeys) {
      const value = this.#global(key)
      if (value !== undefined) all.set(key, value)
    }
    for (const [key, value] of this.#ownKeys()) all.set(key, value)
    return all
  }
}
