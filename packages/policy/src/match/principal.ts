import type { Principal } from '../authorization.ts'
import { grantAccount, grantDirect, grantLimited, grantNone } from '../compile/compiled-policy.ts'
import type { CompiledPrincipals, Grant } from '../compile/compiled-policy.ts'

/**
 * What a matching statement's principals grant to the caller, the strongest of all that mean it.
 * Without the element, in an identity policy say, the statement means whoever the policy is for.
 *
 * A `NotPrincipal` refuses in doubt: an Allow spares whoever is named in part, a Deny nobody whose
 * every layer (session, role and account) is not named, nor anybody with a permissions boundary.
 */
export function principalGrant(
  principals: CompiledPrincipals | undefined,
  isDeny: boolean,
  principal: Principal,
  hasBoundary: boolean,
): Grant {
  if (principals === undefined) return grantDirect
  if (!principals.negated) return grantTo(principals, principal)
  if (isDeny) return !hasBoundary && isExempt(principals, principal) ? grantNone : grantDirect
  return grantTo(principals, principal) === grantNone ? grantDirect : grantNone
}

function grantTo(principals: CompiledPrincipals, principal: Principal): Grant {
  if (principals.any) return grantDirect
  const { aws } = principals
  switch (principal.kind) {
    case 'anonymous':
      return grantNone
    case 'service':
      return namesService(principals, principal.serviceNames) ? grantDirect : grantNone
    case 'federated':
      return principals.federated.has(principal.provider) ? grantDirect : grantNone
    case 'root':
      return principals.accounts.has(principal.accountId) ? grantDirect : grantNone
    case 'user':
      if (aws.has(principal.arn) || aws.has(principal.userId)) return grantDirect
      break
    case 'roleSession':
      if (aws.has(principal.arn)) return grantDirect
      if (aws.has(principal.roleArn) || aws.has(principal.roleId)) return grantLimited
      break
    case 'federatedUser':
      if (aws.has(principal.arn)) return grantDirect
      if (namesCreator(principals, principal.creator)) return grantLimited
  }
  return principals.accounts.has(principal.accountId) ? grantAccount : grantNone
}

/** Whether every layer of the caller is named. An anonymous caller has none that could be. */
function isExempt(principals: CompiledPrincipals, principal: Principal): boolean {
  if (principals.any) return true
  const { aws } = principals
  switch (principal.kind) {
    case 'anonymous':
      return false
    case 'service':
    case 'federated':
      return grantTo(principals, principal) === grantDirect
    case 'root':
      break
    case 'user':
      if (!aws.has(principal.arn) && !aws.has(principal.userId)) return false
      break
    case 'roleSession':
      if (!aws.has(principal.arn)) return false
      if (!aws.has(principal.roleArn) && !aws.has(principal.roleId)) return false
      break
    case 'federatedUser': {
      const { creator } = principal
      if (!aws.has(principal.arn)) return false
      if (creator.kind === 'user' && !namesCreator(principals, creator)) return false
    }
  }
  return principals.accounts.has(principal.accountId)
}

type Creator = Extract<Principal, { kind: 'federatedUser' }>['creator']

/** A federated session that the root user made has the account for its creator. */
function namesCreator({ aws }: CompiledPrincipals, creator: Creator): boolean {
  return creator.kind === 'user' && (aws.has(creator.arn) || aws.has(creator.userId))
}

function namesService({ service }: CompiledPrincipals, names: readonly string[]): boolean {
  for (const name of names) if (service.has(name)) return true
  return false
}
