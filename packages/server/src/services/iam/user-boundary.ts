import { writeOperation } from '../operation.ts'
import { entityCheck } from './entity-check.ts'
import { existing } from './no-such-entity.ts'
import { deleteBoundary, putBoundary } from './permissions-boundary.ts'

/**
 * iam:PutUserPermissionsBoundary. Errors: InvalidInput, NoSuchEntity.
 * Source: IAM API Reference, PutUserPermissionsBoundary.
 */
export const PutUserPermissionsBoundary = writeOperation('iam', 'PutUserPermissionsBoundary', {
  resolve: ({ UserName }, { store, accountId }) => store.find('user', accountId, UserName),

  authorize: (input, scope, user) =>
    entityCheck(scope, 'user', user, input.UserName, {
      'iam:PermissionsBoundary': input.PermissionsBoundary,
    }),

  async handle(input, scope, found) {
    const user = existing(found, 'user', input.UserName)
    await putBoundary(scope, user, input.PermissionsBoundary)
  },
})

/**
 * iam:DeleteUserPermissionsBoundary. Errors: NoSuchEntity.
 * Source: IAM API Reference, DeleteUserPermissionsBoundary.
 */
export const DeleteUserPermissionsBoundary = writeOperation(
  'iam',
  'DeleteUserPermissionsBoundary',
  {
    resolve: ({ UserName }, { store, accountId }) => store.find('user', accountId, UserName),

    authorize: (input, scope, user) =>
      entityCheck(scope, 'user', user, input.UserName, {
        'iam:PermissionsBoundary': user?.permissionsBoundaryArn,
      }),

    async handle(input, scope, found) {
      await deleteBoundary(scope, existing(found, 'user', input.UserName))
    },
  },
)
