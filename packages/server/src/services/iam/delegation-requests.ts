/**
 * Delegation requests: an account asks another for temporary permissions, and is lent those of who
 * accepts. Source: IAM API Reference, CreateDelegationRequest and its kin; the wordings are chosen
 * by us. AWS registers policy templates for its partners; here a template is a managed policy of the
 * requestor, with placeholders or without (chosen by us).
 */
import { parsePolicy } from '@bailiwick/policy'
import { parseArn } from '../../domain/arn.ts'
import type { DelegationRequest, PolicyParameter } from '../../domain/delegation-entity.ts'
import { delegationAssignmentId, delegationState } from '../../domain/delegation.ts'
import { renderPolicyTemplate } from '../../domain/policy-template.ts'
import { uuidV4 } from '../../domain/uuid.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope, WriteScope } from '../operation.ts'
import { permissionCheckResult } from './delegation-permission-check.ts'
import {
  delegationArn,
  delegationCheck,
  delegationView,
  findDelegation,
} from './delegation-request.ts'
import { delegationSummary, isSummaryLocale } from './delegation-summary.ts'
import { managedPolicyByArn } from './managed-policy.ts'
import { existing } from './no-such-entity.ts'
import { pageByName } from './paging.ts'
import { policyVersion } from './policy-version.ts'
import { assertWithinQuota } from './quota.ts'

interface PermissionInput {
  readonly PolicyTemplateArn?: string | undefined
  readonly Parameters?:
    | readonly {
        readonly Name?: string | undefined
        readonly Values?: readonly string[] | undefined
        readonly Type?: PolicyParameter['type'] | undefined
      }[]
    | undefined
}

type Permission = Pick<DelegationRequest, 'policyTemplateArn' | 'parameters' | 'permissionPolicy'>

/** Errors: InvalidInput for a template that is not there, or whose policy is none. */
async function permissionOf(scope: Scope, input: PermissionInput): Promise<Permission> {
  const { PolicyTemplateArn: arn = '', Parameters = [] } = input
  const template = await managedPolicyByArn(scope, arn)
  const version = template && (await policyVersion(scope, template, template.defaultVersionId))
  if (!version) throw new ApiError('InvalidInput', `The policy template ${arn} does not exist.`)
  const parameters = Parameters.map(({ Name = '', Values = [], Type = 'string' }) => {
    return { name: Name, values: Values, type: Type }
  })
  const rendered = renderPolicyTemplate(version.document, parameters)
  if (!rendered.ok) {
    throw new ApiError('InvalidInput', `The policy template ${arn}: ${rendered.problem}.`)
  }
  const parsed = parsePolicy(rendered.text, 'sessionPolicy', { partition: scope.partition })
  if (!parsed.ok) throw new ApiError('InvalidInput', parsed.problems[0].message)
  return { policyTemplateArn: arn, parameters, permissionPolicy: rendered.text }
}

/** Errors: InvalidInput: at this time, only topics of SNS are accepted. */
function assertTopic(arn: string): void {
  const { service, region, accountId, resource } = parseArn(arn) ?? {}
  if (service === 'sns' && region && accountId && resource) return
  throw new ApiError('InvalidInput', `The notification channel ${arn} is not an SNS topic ARN.`)
}

/** Removes an expired request, and what its owner made of it. */
async function forget({ store }: WriteScope, { id }: DelegationRequest): Promise<void> {
  for (const kind of ['delegationWorkflow', 'delegationClaim'] as const) {
    for (const { toId } of await store.linksFrom(kind, id)) await store.unlink(kind, id, toId)
  }
  const assignment = await store.get('delegationAssignment', delegationAssignmentId(id))
  if (assignment) await store.remove('delegationAssignment', assignment.id)
  await store.remove('delegationRequest', id)
}

/** Makes room among the requests of the account, by those that have expired. */
async function forgetExpired(scope: WriteScope): Promise<void> {
  const { store, accountId, now, quota } = scope
  const limit = quota('DelegationRequestsPerAccount')
  for (const request of await store.list('delegationRequest', accountId, { limit })) {
    const id = delegationAssignmentId(request.id)
    const assignment = await store.get('delegationAssignment', id)
    if (delegationState(request, assignment, now) === 'EXPIRED') await forget(scope, request)
  }
}

/** Errors: LimitExceeded. Expired requests count until the room is needed: chosen by us. */
async function assertRoom(scope: WriteScope): Promise<void> {
  const count = async () => (await scope.store.count('delegationRequest', scope.accountId)) + 1
  if ((await count()) > scope.quota('DelegationRequestsPerAccount')) await forgetExpired(scope)
  assertWithinQuota(scope, 'DelegationRequestsPerAccount', await count())
}

/**
 * iam:CreateDelegationRequest. Every account may ask, where AWS lets registered partners alone; and
 * there is no console yet that a link could lead to. Errors: EntityAlreadyExists for a workflow that
 * has a request, InvalidInput, LimitExceeded.
 */
export const CreateDelegationRequest = writeOperation('iam', 'CreateDelegationRequest', {
  authorize: (input, scope) => ({
    resourceArn: delegationArn(scope, '*'), // Its id is not made before the decision.
    contextKeys: {
      'iam:DelegationDuration': String(input.SessionDuration),
      'iam:NotificationChannel': input.NotificationChannel,
      'iam:TemplateArn': input.Permissions.PolicyTemplateArn,
    },
  }),

  async handle(input, scope) {
    const { store, accountId, now: createdAt, randomBytes } = scope
    const { RequestorWorkflowId: requestorWorkflowId } = input
    assertTopic(input.NotificationChannel)
    const permission = await permissionOf(scope, input.Permissions)
    if ((await store.countLinksTo('delegationWorkflow', accountId, requestorWorkflowId)) > 0) {
      const message = `A delegation request for the workflow ${requestorWorkflowId} already exists.`
      throw new ApiError('EntityAlreadyExists', message)
    }
    await assertRoom(scope)
    const id = uuidV4(randomBytes(16))
    await store.insert({
      kind: 'delegationRequest',
      accountId,
      id,
      name: id,
      path: '/',
      createdAt,
      tags: [],
      ...(input.OwnerAccountId !== undefined && { ownerAccountId: input.OwnerAccountId }),
      description: input.Description,
      ...permission,
      ...(input.RequestMessage !== undefined && { requestMessage: input.RequestMessage }),
      requestorWorkflowId,
      ...(input.RedirectUrl !== undefined && { redirectUrl: input.RedirectUrl }),
      notificationChannel: input.NotificationChannel,
      sessionDurationSeconds: input.SessionDuration,
      onlySendByOwner: input.OnlySendByOwner ?? false,
    })
    const ends = { fromId: id, toId: requestorWorkflowId }
    await store.link({ kind: 'delegationWorkflow', accountId, createdAt, ...ends })
    return { DelegationRequestId: id }
  },
})

/** iam:GetDelegationRequest: the check is done when it is answered. Errors: NoSuchEntity. */
export const GetDelegationRequest = readOperation('iam', 'GetDelegationRequest', {
  resolve: findDelegation,
  authorize: delegationCheck,

  async handle({ DelegationRequestId, DelegationPermissionCheck }, scope, found) {
    const delegation = existing(found, 'delegationRequest', DelegationRequestId)
    const { permissionPolicy } = delegation.request
    return {
      DelegationRequest: await delegationView(scope, delegation),
      ...(DelegationPermissionCheck === true && {
        PermissionCheckStatus: 'COMPLETE' as const,
        PermissionCheckResult: permissionCheckResult(permissionPolicy, scope),
      }),
    }
  },
})

/**
 * iam:ListDelegationRequests: those that somebody of the caller's account owns.
 * Errors: InvalidInput for an owner of another account.
 */
export const ListDelegationRequests = readOperation('iam', 'ListDelegationRequests', {
  authorize: ({ OwnerId }) => ({
    resourceArn: '*',
    contextKeys: { 'iam:DelegationRequestOwner': OwnerId },
  }),

  async handle(input, scope) {
    const { store, accountId } = scope
    const { OwnerId } = input
    if (OwnerId !== undefined && parseArn(OwnerId)?.accountId !== accountId) {
      throw new ApiError('InvalidInput', `The owner ${OwnerId} is not of your account.`)
    }
    const { items, output } = await pageByName(input, async ({ after, limit }) => {
      const page = []
      for (let from = after; ;) {
        const read = await store.list('delegationAssignment', accountId, { after: from, limit })
        page.push(...read.filter(({ ownerArn }) => OwnerId === undefined || ownerArn === OwnerId))
        from = read.at(-1)?.name
        if (page.length >= limit || read.length < limit) return page.slice(0, limit)
      }
    })
    const delegations = await Promise.all(
      items.map(({ name }) => findDelegation({ DelegationRequestId: name }, scope)),
    )
    const shown = delegations.filter((delegation) => delegation !== undefined)
    const { IsTruncated: isTruncated, ...marker } = output
    return {
      DelegationRequests: await Promise.all(
        shown.map((delegation) => delegationView(scope, delegation)),
      ),
      isTruncated, // AWS's spelling.
      ...marker,
    }
  },
})

const summaryLocaleDefault = 'en'

/** The id in the ARN of a delegation request, as its owner's account has it; undefined for others. */
function requestIdOf(scope: Scope, arn: string): string | undefined {
  const { resource = '' } = parseArn(arn) ?? {}
  const [, id] = /^delegation-request\/([\w-]{16,128})$/.exec(resource) ?? []
  return id !== undefined && delegationArn(scope, id) === arn ? id : undefined
}

/**
 * iam:GetHumanReadableSummary: of delegation requests alone. Errors: InvalidInput for what is none,
 * NoSuchEntity. A locale that is not English is NOT_SUPPORTED.
 */
export const GetHumanReadableSummary = readOperation('iam', 'GetHumanReadableSummary', {
  async resolve({ EntityArn }, scope) {
    const id = requestIdOf(scope, EntityArn)
    return id === undefined ? undefined : findDelegation({ DelegationRequestId: id }, scope)
  },

  authorize: ({ EntityArn }, scope, found) => {
    const check = delegationCheck({ DelegationRequestId: found?.request.id ?? '' }, scope, found)
    return { ...check, resourceArn: EntityArn }
  },

  handle({ EntityArn, Locale = summaryLocaleDefault }, scope, found) {
    const id = requestIdOf(scope, EntityArn)
    if (id === undefined) {
      throw new ApiError('InvalidInput', `${EntityArn} is not the ARN of a delegation request.`)
    }
    const { request } = existing(found, 'delegationRequest', id)
    const isAvailable = isSummaryLocale(Locale)
    return Promise.resolve({
      SummaryState: isAvailable ? 'AVAILABLE' : 'NOT_SUPPORTED',
      SummaryContent: isAvailable ? delegationSummary(request, scope.partition) : '',
      Locale,
    })
  },
})

/** All of this file. */
export const delegationRequestOperations = [
  CreateDelegationRequest,
  GetDelegationRequest,
  GetHumanReadableSummary,
  ListDelegationRequests,
]
