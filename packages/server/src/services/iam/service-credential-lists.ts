import type { ServiceSpecificCredential, User } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, type Scope } from '../operation.ts'
import { listCheck } from './entity-check.ts'
import { invalidMarker, page, pageStart, type PageInput } from './paging.ts'
import { credentialOwner, targetCheck, targetUser } from './self.ts'
import { credentialView, credentialsOf } from './service-credential-view.ts'
import { assertSupportedService } from './service-specific-credentials.ts'

interface Listed {
  readonly user: User
  readonly credential: ServiceSpecificCredential
}

/** How many users are read at once where the credentials of all are asked for. */
const usersPerRead = 100

/**
 * All users' credentials, by user name and id, from after a user's credential on.
 * Cost: a read for each user up to the page's end; none where the account has no credentials.
 */
async function* credentialsAfter(
  scope: Scope,
  serviceName: string | undefined,
  [userName, id]: readonly string[],
): AsyncGenerator<Listed> {
  const { store, accountId } = scope
  if ((await store.count('serviceSpecificCredential', accountId)) === 0) return
  const started = userName === undefined ? undefined : await store.find('user', accountId, userName)
  if (started) {
    const rest = await credentialsOf(scope, started.id, serviceName)
    for (const credential of rest) {
      if (id === undefined || credential.id > id) yield { user: started, credential }
    }
  }
  let after = userName
  // Ends: `after` moves on with each batch, and a batch that is not full is the last.
  for (;;) {
    const users = await store.list('user', accountId, { after, limit: usersPerRead })
    for (const user of users) {
      for (const credential of await credentialsOf(scope, user.id, serviceName)) {
        yield { user, credential }
      }
    }
    if (users.length < usersPerRead) return
    after = users.at(-1)?.name
  }
}

/** One more than a page holds, where there are so many. Markers are a user's name and an id. */
async function pageOfAll(scope: Scope, input: PageInput, serviceName: string | undefined) {
  const { after, size } = pageStart(input)
  if (after.length !== 0 && after.length !== 2) throw invalidMarker()
  const read: Listed[] = []
  for await (const listed of credentialsAfter(scope, serviceName, after)) {
    read.push(listed)
    if (read.length > size) break
  }
  return page(read, size, ({ user, credential }) => [user.name, credential.id])
}

async function pageOfUser(
  scope: Scope,
  input: PageInput,
  serviceName: string | undefined,
  user: User | undefined,
) {
  const { after, size } = pageStart(input)
  if (after.length > 1) throw invalidMarker()
  const all = user ? await credentialsOf(scope, user.id, serviceName) : []
  const rest = all.filter(({ id }) => after[0] === undefined || id > after[0])
  const listed = rest.flatMap((credential) => (user ? [{ user, credential }] : []))
  return page(listed, size, ({ credential }) => [credential.id])
}

/**
 * iam:ListServiceSpecificCredentials: of a user, or with AllUsers of all. Root has none. That
 * AllUsers excludes UserName is documented, its wording chosen by us.
 * Errors: NoSuchEntity, also for a service that is not supported; ValidationError.
 * Source: IAM API Reference, ListServiceSpecificCredentials.
 */
export const ListServiceSpecificCredentials = readOperation(
  'iam',
  'ListServiceSpecificCredentials',
  {
    async resolve({ UserName, AllUsers }, scope) {
      if (AllUsers !== true) return targetUser(scope, UserName)
      if (UserName === undefined) return undefined
      const message = 'AllUsers cannot be specified together with UserName.'
      throw new ApiError('ValidationError', message)
    },

    authorize: (_input, scope, target) =>
      target ? targetCheck(scope, target) : listCheck(scope, 'user'),

    async handle(input, scope, target) {
      const owner = target && credentialOwner(scope, target)
      if (input.ServiceName !== undefined) assertSupportedService(input.ServiceName)
      const { items, output } = owner
        ? await pageOfUser(scope, input, input.ServiceName, owner.user)
        : await pageOfAll(scope, input, input.ServiceName)
      const views = items.map(({ user, credential }) =>
        credentialView(scope, credential, user.name),
      )
      return { ServiceSpecificCredentials: views, ...output }
    },
  },
)
