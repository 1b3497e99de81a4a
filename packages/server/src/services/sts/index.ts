import type { AnyOperation } from '@bailiwick/gateway'
import type { Scope } from '../operation.ts'
import { restricted } from '../session-restrictions.ts'
import { AssumeRole } from './assume-role.ts'
import { AssumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { DecodeAuthorizationMessage } from './authorization-message.ts'
import { GetAccessKeyInfo, GetCallerIdentity } from './caller-identity.ts'
import { GetFederationToken, GetSessionToken } from './session-token.ts'

const operations: readonly AnyOperation<Scope>[] = [
  AssumeRole,
  AssumeRoleWithWebIdentity,
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetFederationToken,
  GetSessionToken,
]

/** What STS answers, by name; the rest of its model answers NotImplemented. */
export const stsOperations: ReadonlyMap<string, AnyOperation<Scope>> = restricted(
  new Map(operations.map((operation) => [operation.name, operation])),
)
