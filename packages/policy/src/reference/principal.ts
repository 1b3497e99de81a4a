/**
 * Whether a `Principal` or `NotPrincipal` means the caller, and what it grants to: the caller
 * itself, its role, or its whole account.
 * Source: IAM User Guide, "AWS JSON policy elements: Principal", "… NotPrincipal".
 */
import type { Principal } from '../authorization.ts'
import type { PrincipalElement } from '../document/policy-document.ts'

/**
 * - `direct`: to the calling principal. Within an account it needs no other Allow.
 * - `limited`: to the caller's role, or to the user who made a federated session. It stands in for
 *   the identity policies, but boundary and session policies limit it.
 * - `account`: to the caller's account, which must pass it on by identity policies.
 */
export type Grant = 'none' | 'account' | 'limited' | 'direct'

/** From the weakest to the strongest. */
const strengths: readonly Grant[] = ['none', 'account', 'limited', 'direct']

export function strongest(grants: readonly Grant[]): Grant {
  return strengths.findLast((strength) => grants.includes(strength)) ?? 'none'
}

/** What an element grants to a caller; several values are ORed, so the strongest counts. */
export function grantTo(principal: Principal, element: PrincipalElement): Grant {
  if (element.any) return 'direct'
  return strongest(layersOf(principal).map(({ grant, isIn }) => (isIn(element) ? grant : 'none')))
}

/**
 * Whether a Deny with `NotPrincipal` spares the caller: only if every layer of it is listed (a role
 * session: session, role and account), and never if it has a permissions boundary.
 */
export function isExempt(
  principal: Principal,
  element: PrincipalElement,
  hasBoundary: boolean,
): boolean {
  if (hasBoundary) return false
  if (element.any) return true
  const layers = layersOf(principal)
  return layers.length > 0 && layers.every(({ isIn }) => isIn(element))
}

interface Layer {
  readonly grant: Grant
  readonly isIn: (element: PrincipalElement) => boolean
}

/** Everything an element may call the principal, except `*`. An anonymous caller has no name. */
function layersOf(principal: Principal): readonly Layer[] {
  switch (principal.kind) {
    case 'anonymous':
      return []
    case 'root':
      return [{ ...account(principal.accountId), grant: 'direct' }]
    case 'user':
      return [named('direct', principal.arn, principal.userId), account(principal.accountId)]
    case 'roleSession':
      return [
        named('direct', principal.arn),
        named('limited', principal.roleArn, principal.roleId),
        account(principal.accountId),
      ]
    case 'federatedUser': {
      const { arn, accountId, creator } = principal
      const user = creator.kind === 'user' ? [named('limited', creator.arn, creator.userId)] : []
      return [named('direct', arn), ...user, account(accountId)]
    }
    case 'service':
      return [
        {
          grant: 'direct',
          isIn: ({ service }) => service.some((name) => principal.serviceNames.includes(name)),
        },
      ]
    case 'federated':
      return [{ grant: 'direct', isIn: ({ federated }) => federated.includes(principal.provider) }]
  }
}

function named(grant: Grant, ...names: readonly string[]): Layer {
  return { grant, isIn: ({ aws }) => aws.some((value) => names.includes(value)) }
}

/** The account's id and its root user's ARN say the same. */
function account(accountId: string): Layer {
  const rootArn = new RegExp(`^arn:[^:]+:iam::${accountId}:root$`)
  return {
    grant: 'account',
    isIn: ({ aws }) => aws.some((value) => value === accountId || rootArn.test(value)),
  }
}
