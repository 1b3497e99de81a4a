/**
 * Outbound web identity federation of an account: whether STS gives its principals tokens that
 * others can verify, and under which issuer. Source: IAM API Reference,
 * EnableOutboundWebIdentityFederation and its kin. The wordings are chosen by us.
 */
import type { OutboundWebIdentityFederation } from '../../domain/entity.ts'
import { outboundIssuer } from '../../domain/outbound-issuer.ts'
import { uuidV4 } from '../../domain/uuid.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation } from '../operation.ts'
import type { Scope } from '../operation.ts'

const name = 'OutboundWebIdentityFederation'

function federationOf({ store, accountId }: Scope) {
  return store.find('outboundWebIdentityFederation', accountId, name)
}

/** Errors: FeatureDisabled, also where it was never enabled. */
async function enabledFederation(scope: Scope): Promise<OutboundWebIdentityFederation> {
  const federation = await federationOf(scope)
  if (federation?.enabled) return federation
  const message = 'Outbound web identity federation is disabled for your AWS account.'
  throw new ApiError('FeatureDisabled', message)
}

/**
 * iam:EnableOutboundWebIdentityFederation: an account that enables it again gets the issuer it had
 * (chosen by us). Errors: FeatureEnabled.
 */
export const EnableOutboundWebIdentityFederation = writeOperation(
  'iam',
  'EnableOutboundWebIdentityFederation',
  {
    authorize: () => ({ resourceArn: '*' }),

    async handle(_input, scope) {
      const { accountId, now, randomBytes, store } = scope
      const old = await federationOf(scope)
      if (old?.enabled) {
        const message = 'Outbound web identity federation is already enabled for your AWS account.'
        throw new ApiError('FeatureEnabled', message)
      }
      const federation: OutboundWebIdentityFederation = {
        kind: 'outboundWebIdentityFederation',
        accountId,
        id: old?.id ?? uuidV4(randomBytes(16)),
        name,
        path: '/',
        createdAt: old?.createdAt ?? now,
        tags: [],
        enabled: true,
      }
      await (old ? store.update(federation) : store.insert(federation))
      return { IssuerIdentifier: outboundIssuer(federation.id) }
    },
  },
)

/** iam:DisableOutboundWebIdentityFederation. Errors: FeatureDisabled. */
export const DisableOutboundWebIdentityFederation = writeOperation(
  'iam',
  'DisableOutboundWebIdentityFederation',
  {
    authorize: () => ({ resourceArn: '*' }),

    async handle(_input, scope) {
      await scope.store.update({ ...(await enabledFederation(scope)), enabled: false })
    },
  },
)

/** iam:GetOutboundWebIdentityFederationInfo. Errors: FeatureDisabled. */
export const GetOutboundWebIdentityFederationInfo = readOperation(
  'iam',
  'GetOutboundWebIdentityFederationInfo',
  {
    authorize: () => ({ resourceArn: '*' }),

    async handle(_input, scope) {
      const { id, enabled } = await enabledFederation(scope)
      return { IssuerIdentifier: outboundIssuer(id), JwtVendingEnabled: enabled }
    },
  },
)

/** All of this file. */
export const outboundFederationOperations = [
  DisableOutboundWebIdentityFederation,
  EnableOutboundWebIdentityFederation,
  GetOutboundWebIdentityFederationInfo,
]
