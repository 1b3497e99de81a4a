import { documentNonSpaceChars } from '@bailiwick/policy'
import type { InlinePolicy } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { AccountScope, Scope, WriteScope } from '../operation.ts'
import { assertIdentityPolicy } from './identity-policy.ts'
import { existing, noSuchEntity } from './no-such-entity.ts'
import { pageByName } from './paging.ts'
import type { PageInput } from './paging.ts'
import { changeableHolder, changingHolder, readingHolder } from './policy-holder.ts'
import type { HolderOperations, PolicyHolder } from './policy-holder.ts'
import { encodedDocument } from './views.ts'

/** More than any holder has: their size together is limited. */
const inlinePolicyCountMax = 1000

interface PolicyInput {
  readonly PolicyName: string
}

/** All inline policies of a user, group or role, in name order. */
export function inlinePoliciesOf(
  { store, accountId }: AccountScope,
  holderId: string,
): Promise<readonly InlinePolicy[]> {
  return store.list('inlinePolicy', accountId, { parentId: holderId, limit: inlinePolicyCountMax })
}

/**
 * Errors: LimitExceeded where all inline policies of the holder together would pass the quota.
 * Source: IAM User Guide, "IAM and AWS STS quotas"; recorded wording, which says bytes.
 */
async function assertInlineSize<I>(
  scope: Scope,
  { inlineSizeQuota, kind }: HolderOperations<PolicyHolder['kind'], I>,
  holder: PolicyHolder,
  policyName: string,
  document: string,
): Promise<void> {
  const others = (await inlinePoliciesOf(scope, holder.id)).filter(
    ({ name }) => name.toLowerCase() !== policyName.toLowerCase(),
  )
  const documents = [document, ...others.map((policy) => policy.document)]
  const size = documents.reduce((sum, text) => sum + documentNonSpaceChars(text), 0)
  const quota = scope.quota(inlineSizeQuota)
  if (size <= quota) return
  const message = `Maximum policy size of ${quota} bytes exceeded for ${kind} ${holder.name}`
  throw new ApiError('LimitExceeded', message)
}

/** Put…Policy: adds or replaces. Errors: LimitExceeded, MalformedPolicyDocument, NoSuchEntity. */
export function putInlinePolicy<K extends PolicyHolder['kind'], I>(
  operations: HolderOperations<K, I>,
) {
  type Input = I & PolicyInput & { readonly PolicyDocument: string }
  return {
    ...changingHolder(operations),

    async handle(input: Input, scope: WriteScope, found: PolicyHolder | undefined) {
      const holder = changeableHolder(operations, input, found)
      const { PolicyName: name, PolicyDocument: document } = input
      assertIdentityPolicy(document)
      await assertInlineSize(scope, operations, holder, name, document)
      const { accountId, store, now, newId } = scope
      const old = await store.find('inlinePolicy', accountId, name, holder.id)
      if (old) {
        await store.update({ ...old, document })
        return
      }
      const policy = {
        kind: 'inlinePolicy',
        accountId,
        parentId: holder.id,
        name,
        document,
      } as const
      await store.insert({ ...policy, id: newId('INLP'), path: '/', createdAt: now, tags: [] })
    },
  }
}

/** Get…Policy: `view` puts the holder's name beside it. Errors: NoSuchEntity. */
export function getInlinePolicy<K extends PolicyHolder['kind'], I, V>(
  operations: HolderOperations<K, I>,
  view: (holderName: string) => V,
) {
  type Input = I & PolicyInput
  return {
    ...readingHolder(operations),

    async handle(input: Input, { store, accountId }: Scope, found: PolicyHolder | undefined) {
      const holder = existing(found, operations.kind, operations.nameOf(input))
      const policy = existing(
        await store.find('inlinePolicy', accountId, input.PolicyName, holder.id),
        operations.inlinePolicy,
        input.PolicyName,
      )
      return {
        ...view(holder.name),
        PolicyName: policy.name,
        PolicyDocument: encodedDocument(policy.document),
      }
    },
  }
}

/** Delete…Policy. Errors: NoSuchEntity. */
export function deleteInlinePolicy<K extends PolicyHolder['kind'], I>(
  operations: HolderOperations<K, I>,
) {
  type Input = I & PolicyInput
  return {
    ...changingHolder(operations),

    async handle(input: Input, scope: WriteScope, found: PolicyHolder | undefined) {
      const holder = changeableHolder(operations, input, found)
      const { store, accountId } = scope
      const policy = await store.find('inlinePolicy', accountId, input.PolicyName, holder.id)
      if (!policy) throw noSuchEntity(operations.inlinePolicy, input.PolicyName)
      await store.remove('inlinePolicy', policy.id)
    },
  }
}

/** List…Policies: names only. Errors: NoSuchEntity. */
export function listInlinePolicies<K extends PolicyHolder['kind'], I>(
  operations: HolderOperations<K, I>,
) {
  type Input = I & PageInput
  return {
    ...readingHolder(operations),

    async handle(input: Input, { store, accountId }: Scope, found: PolicyHolder | undefined) {
      const holder = existing(found, operations.kind, operations.nameOf(input))
      const { items, output } = await pageByName(input, (request) =>
        store.list('inlinePolicy', accountId, { ...request, parentId: holder.id }),
      )
      return { PolicyNames: items.map(({ name }) => name), ...output }
    },
  }
}
