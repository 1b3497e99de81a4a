/**
 * What temporary credentials may not do whatever their policies say, and root with them.
 *
 * Source: IAM User Guide, "Compare AWS STS credentials"; the wordings are recorded from AWS or as
 * users report them, except where a row says otherwise.
 */
import type { AnyOperation, Caller } from '@bailiwick/gateway'
import { ApiError } from './api-error.ts'
import type { Scope } from './operation.ts'

/** `root` besides the kind of its session, if it is one. */
type CredentialKind = 'root' | 'longTerm' | NonNullable<Caller['session']>['kind']

interface Restriction {
  readonly credentials: readonly CredentialKind[]
  readonly forbids: (service: string, operation: string, caller: Caller) => boolean
  readonly refusal: (operation: string) => ApiError
}

const sessions: readonly CredentialKind[] = [
  'sessionToken',
  'assumedRole',
  'federatedUser',
  'assumedRoot',
  'delegated',
]

const anything = () => true

/** In the order they are looked at; the first that applies answers. */
const restrictions: readonly Restriction[] = [
  {
    // Chosen by us: it has no account here, and is known to backends' resources alone.
    credentials: ['service'],
    forbids: anything,
    refusal: (operation) => new ApiError('AccessDenied', `A service does not call ${operation}`),
  },
  {
    credentials: ['root'],
    forbids: (service, operation) => service === 'sts' && operation === 'AssumeRole',
    refusal: () => new ApiError('AccessDenied', 'Roles may not be assumed by root accounts.'),
  },
  {
    // Chosen by us, as is its wording: AWS names the management account's users and roles.
    credentials: ['root'],
    forbids: (service, operation) => service === 'sts' && operation === 'AssumeRoot',
    refusal: () => new ApiError('AccessDenied', 'Root sessions may not be opened by root users.'),
  },
  {
    credentials: sessions,
    forbids: (service, operation) =>
      service === 'sts' && ['GetSessionToken', 'GetFederationToken'].includes(operation),
    refusal: withSessionCredentials,
  },
  {
    // The wording is chosen by us for every operation but the two above.
    credentials: ['sessionToken'],
    forbids: (service, operation) =>
      service === 'sts' && !['AssumeRole', 'GetCallerIdentity'].includes(operation),
    refusal: withSessionCredentials,
  },
  {
    credentials: ['federatedUser'],
    forbids: (service, operation) => service === 'sts' && operation !== 'GetCallerIdentity',
    refusal: withSessionCredentials,
  },
  {
    credentials: ['sessionToken'],
    forbids: (service, _, { session }) =>
      service === 'iam' && session?.multiFactorAuthenticated !== true,
    refusal: invalidToken,
  },
  {
    credentials: ['federatedUser'],
    forbids: (service) => service === 'iam',
    refusal: invalidToken,
  },
]

function withSessionCredentials(operation: string): ApiError {
  return new ApiError('AccessDenied', `Cannot call ${operation} with session credentials`)
}

function invalidToken(): ApiError {
  const message = 'The security token included in the request is invalid'
  return new ApiError('InvalidClientTokenId', message)
}

function kindsOf({ session, principal }: Caller): readonly CredentialKind[] {
  const kind = session?.kind ?? 'longTerm'
  return principal.kind === 'root' ? ['root', kind] : [kind]
}

/** Errors: AccessDenied, InvalidClientTokenId. */
export function assertUnrestricted(service: string, operation: string, caller: Caller): void {
  const kinds = kindsOf(caller)
  for (const { credentials, forbids, refusal } of restrictions) {
    const applies = credentials.some((kind) => kinds.includes(kind))
    if (applies && forbids(service, operation, caller)) throw refusal(operation)
  }
}

/**
 * The operations of a service, each refusing what its caller's credentials may not do before it
 * looks at anything.
 */
export function restricted(
  operations: ReadonlyMap<string, AnyOperation<Scope>>,
): ReadonlyMap<string, AnyOperation<Scope>> {
  const guarded = [...operations.values()].map((operation): AnyOperation<Scope> => ({
    ...operation,
    resolve(input, scope) {
      if (operation.access !== 'anonymous') {
        assertUnrestricted(operation.service, operation.name, scope.caller)
      }
      return operation.resolve(input, scope)
    },
  }))
  return new Map(guarded.map((operation) => [operation.name, operation]))
}
