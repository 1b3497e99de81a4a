/** What the two kinds of identity providers have in common: they are named by their ARNs. */
import type { Check } from '@bailiwick/gateway'
import { iamArn, parseArn } from '../../domain/arn.ts'
import type { ArnScope } from '../../domain/arn.ts'
import type { Entity, EntityOf, Tag } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { resourceTagKeys } from './context-keys.ts'
import type { ContextKeys } from './context-keys.ts'

const resourceTypes = { oidcProvider: 'oidc-provider', samlProvider: 'saml-provider' } as const

export type ProviderKind = keyof typeof resourceTypes

export function providerArn(scope: ArnScope, kind: ProviderKind, name: string): string {
  return iamArn(scope, resourceTypes[kind], '/', name)
}

/** The provider of that very ARN: ARNs compare exactly. Undefined where there is none. */
export async function providerByArn<K extends ProviderKind>(
  scope: Scope,
  kind: K,
  arn: string,
): Promise<EntityOf<K> | undefined> {
  const prefix = providerArn(scope, kind, '')
  if (!arn.startsWith(prefix)) return undefined
  const name = arn.slice(prefix.length)
  const provider = await scope.store.find(kind, scope.accountId, name)
  return nameOf(provider) === name ? provider : undefined
}

function nameOf(entity: Entity | undefined): string | undefined {
  return entity?.name
}

/** The check of an operation on one provider: by the ARN the caller gave, with the tags it has. */
export function providerCheck(
  arn: string,
  provider: { readonly tags: readonly Tag[] } | undefined,
  contextKeys?: ContextKeys,
): Check {
  return {
    resourceArn: arn,
    contextKeys: { ...resourceTagKeys(provider?.tags), ...contextKeys },
  }
}

/**
 * Errors: InvalidInput for what is not the ARN of such a provider, whatever its account. That it
 * is refused is documented; the words are those of a permissions boundary's ARN, chosen by us.
 */
export function assertProviderArn(kind: ProviderKind, arn: string): void {
  const parsed = parseArn(arn)
  if (parsed?.service === 'iam' && parsed.resource.startsWith(`${resourceTypes[kind]}/`)) return
  throw new ApiError('InvalidInput', `ARN ${arn} is not valid.`)
}

/** Every provider of the kind, in name order: their lists have no pages. */
export async function allProviders<K extends ProviderKind>(
  { store, accountId }: Scope,
  kind: K,
): Promise<readonly EntityOf<K>[]> {
  const limit = await store.count(kind, accountId)
  return limit === 0 ? [] : store.list(kind, accountId, { limit })
}
