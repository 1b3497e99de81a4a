/**
 * The registry of backends' resources (decision 12), for operators: what it keeps, what backends
 * have that nobody owns, and whose it is to be. To adopt is to say whose a backend's resource is, so
 * that is for principals of the deployment's first account: an administrator of another one could
 * take what is nobody's. Documented in docs/reference.md.
 */
import type { Check } from '@bailiwick/gateway'
import type { BackendPlace } from '../../domain/registry.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation, type PrepareScope, type Scope } from '../operation.ts'

/** Resources of a page, where no size is asked for; and at most. */
export const resourcesOfPageMax = 1000

type Place = Pick<Scope, 'partition' | 'region' | 'accountId'>

function ownArn({ partition, region }: Place, accountId: string, resource: string): string {
  return `arn:${partition}:bailiwick:${region}:${accountId}:${resource}`
}

/** On something of the first account: no policy of another one reaches it. */
export function operatorCheck(scope: Scope, resource: string, ownerId?: string): Check {
  const { operatorAccountId } = scope.registry
  return {
    resourceArn: ownArn(scope, operatorAccountId, resource),
    resourceAccountId: operatorAccountId,
    resourcePolicies: [],
    contextKeys: { 'bailiwick:OwnerAccount': ownerId },
  }
}

function tokenOf(last: string): string {
  return Buffer.from(last).toString('base64url')
}

function afterOf(token: string | undefined): string {
  return Buffer.from(token ?? '', 'base64url').toString('utf8')
}

interface OfAccounts {
  readonly AccountId?: string | undefined
  readonly AllAccounts?: boolean | undefined
}

/** A list of the caller's own account, or of others. */
function listCheck({ AccountId, AllAccounts }: OfAccounts, scope: Scope, listed: string): Check {
  const { accountId } = scope
  const ownerId = AllAccounts === true ? undefined : (AccountId ?? accountId)
  if (ownerId !== accountId) return operatorCheck(scope, listed, ownerId)
  return { resourceArn: ownArn(scope, accountId, listed) }
}

/** Of one more than a page holds: the page, and where the next begins if there is one. */
function pageOf<T extends { readonly arn: string }>(found: readonly T[], limit: number) {
  const page = found.slice(0, limit)
  const last = page.at(-1)?.arn
  return { page, next: found.length > limit && last !== undefined && { NextToken: tokenOf(last) } }
}

/** bailiwick:ListResources. Of the caller's account; of others, for the deployment's first one. */
export const ListResources = readOperation('bailiwick', 'ListResources', {
  authorize: (input, scope) => listCheck(input, scope, 'resource/*'),

  handle({ Service, AccountId, AllAccounts, MaxResults, NextToken }, { registry, accountId }) {
    const limit = MaxResults ?? resourcesOfPageMax
    const found = registry.list({
      service: Service,
      accountId: AllAccounts === true ? undefined : (AccountId ?? accountId),
      after: afterOf(NextToken),
      limit: limit + 1,
    })
    const { page, next } = pageOf(found, limit)
    return Promise.resolve({
      Resources: page.map((each) => ({
        ResourceArn: each.arn,
        AccountId: each.accountId,
        Service: each.service,
        Type: each.type,
        State: each.state,
        CreatedAt: each.createdAt,
        HasPolicy: each.hasPolicy,
      })),
      ...next,
    })
  },
})

/** bailiwick:ListDeliveries. Whose they are as of ListResources. */
export const ListDeliveries = readOperation('bailiwick', 'ListDeliveries', {
  authorize: (input, scope) => listCheck(input, scope, 'delivery/*'),

  handle({ AccountId, AllAccounts, MaxResults, NextToken }, { registry, accountId }) {
    const limit = MaxResults ?? resourcesOfPageMax
    const found = registry.deliveries({
      accountId: AllAccounts === true ? undefined : (AccountId ?? accountId),
      after: afterOf(NextToken),
      limit: limit + 1,
    })
    const { page, next } = pageOf(found, limit)
    return Promise.resolve({
      Deliveries: page.map((each) => ({
        DeliveryArn: each.arn,
        AccountId: each.accountId,
        SourceArn: each.source,
        TargetArn: each.target,
        SetBy: each.setBy,
        Deliverer: each.deliverer,
        DelivererType: each.delivererType,
        State: each.state,
        Since: each.since,
        Reason: each.reason,
      })),
      ...next,
    })
  },
})

interface ForAccount {
  readonly Service: string
  readonly AccountId?: string | undefined
}

const ownerOf = ({ AccountId }: ForAccount, { accountId }: Pick<Scope, 'accountId'>) =>
  AccountId ?? accountId

/** Errors: ValidationException for an account that is not there. */
function placeOf(input: ForAccount, scope: PrepareScope, isAccount: boolean): BackendPlace {
  const accountId = ownerOf(input, scope)
  if (!isAccount) throw new ApiError('ValidationException', `There is no account ${accountId}.`)
  return { service: input.Service, accountId, region: scope.region, now: scope.now }
}

/** Errors: ServiceUnavailable where the backend fails. */
async function asked<T>(service: string, answer: Promise<T | undefined>): Promise<T> {
  const found = await answer.catch((cause: unknown) => {
    const message = `The backend of ${service} does not tell what it has: try again once it does.`
    throw new ApiError('ServiceUnavailable', message, cause)
  })
  if (found !== undefined) return found
  const message = `There is no backend of ${service}, or no resources of it are kept.`
  throw new ApiError('ValidationException', message)
}

const resolveAccount = async (input: ForAccount, scope: Scope) =>
  (await scope.store.account(ownerOf(input, scope))) !== undefined

const authorizeBackend = (input: ForAccount, scope: Scope) =>
  operatorCheck(scope, `backend/${input.Service}`, ownerOf(input, scope))

/** bailiwick:ListAdoptableResources. Errors: ValidationException, ServiceUnavailable. */
export const ListAdoptableResources = readOperation('bailiwick', 'ListAdoptableResources', {
  resolve: resolveAccount,
  authorize: authorizeBackend,

  prepare: (input, scope, isAccount) =>
    asked(input.Service, scope.registry.backendResources(placeOf(input, scope, isAccount))),

  handle({ MaxResults, NextToken }, _scope, _isAccount, found) {
    const limit = MaxResults ?? resourcesOfPageMax
    const after = afterOf(NextToken)
    const left = found.filter(({ arn }) => arn > after)
    const page = left.slice(0, limit)
    const last = page.at(-1)?.arn
    return Promise.resolve({
      Resources: page.map(({ arn, type, createdAt, ownerId }) => ({
        ResourceArn: arn,
        Type: type,
        BackendCreatedAt: createdAt,
        OwnerAccountId: ownerId,
      })),
      ...(left.length > limit && last !== undefined && { NextToken: tokenOf(last) }),
    })
  },
})

/**
 * bailiwick:AdoptResources. Each record is a transaction of its owner's account, so that they go in
 * before this call's own. Errors: ValidationException, ServiceUnavailable.
 */
export const AdoptResources = writeOperation('bailiwick', 'AdoptResources', {
  resolve: resolveAccount,
  authorize: authorizeBackend,

  prepare(input, scope, isAccount) {
    const place = placeOf(input, scope, isAccount)
    const adopted = scope.registry.adopt(place, input.ResourceArns, scope.requestId)
    return asked(input.Service, adopted)
  },

  handle: (_input, _scope, _isAccount, adopted) =>
    Promise.resolve({
      Results: adopted.map(({ arn, outcome, ownerId }) => ({
        ResourceArn: arn,
        Outcome: outcome,
        OwnerAccountId: ownerId,
      })),
    }),
})

/** bailiwick:ReleaseResources. What is not there is passed over. */
export const ReleaseResources = writeOperation('bailiwick', 'ReleaseResources', {
  authorize({ ResourceArns }, scope) {
    const services = new Set(ResourceArns.map((arn) => arn.split(':', 3)[2] ?? ''))
    return [...services].map((service) => operatorCheck(scope, `backend/${service}`))
  },

  prepare: ({ ResourceArns }, { registry, requestId, now }) =>
    registry.release(ResourceArns, { requestId, now }),

  handle: (_input, _scope, _resolved, released) => Promise.resolve({ ResourceArns: released }),
})
