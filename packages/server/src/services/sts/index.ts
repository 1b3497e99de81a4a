import type { AnyOperation } from '@bailiwick/gateway'
import type { Scope } from '../operation.ts'
import { restricted } from '../session-restrictions.ts'
import { AssumeRole } from './assume-role.ts'
import { AssumeRoleWithSAML } from './assume-role-with-saml.ts'
import { AssumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { AssumeRoot } from './assume-root.ts'
import { DecodeAuthorizationMessage } from './authorization-message.ts'
import { GetAccessKeyInfo, GetCallerIdentity } from './caller-identity.ts'
import { GetDelegatedAccessToken } from './get-delegated-access-token.ts'
import { GetWebIdentityToken } from './get-web-identity-token.ts'
import { GetFederationToken, GetSessionToken } from './session-token.ts'

const operations: readonly AnyOperation<Scope>[] = [
  AssumeRole,
  AssumeRoleWithSAML,
  AssumeRoleWithWebIdentity,
  AssumeRoot,
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetDelegatedAccessToken,
  GetWebIdentityToken,
  GetFederationToken,
  GetSessionToken,
]

/** What STS answers, by name; the rest of its model answers NotImplemented. */
export const stsOperations: ReadonlyMap<string, AnyOperation<Scope>> = restricted(
  new Map(operations.map((operation) => [operation.name, operation])),
)
