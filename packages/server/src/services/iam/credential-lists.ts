/**
 * Lists of the credentials that this server does not make yet. None can exist, so each list is
 * truthfully empty, which lets clients go through them when they delete a user.
 */
import { readOperation } from '../operation.ts'
import { credentialOwner, ofTargetUser } from './self.ts'

/** iam:ListMFADevices. Errors: NoSuchEntity. */
export const ListMFADevices = readOperation('iam', 'ListMFADevices', {
  ...ofTargetUser,
  handle(_input, scope, target) {
    credentialOwner(scope, target)
    return Promise.resolve({ MFADevices: [], IsTruncated: false })
  },
})

/** iam:ListVirtualMFADevices. */
export const ListVirtualMFADevices = readOperation('iam', 'ListVirtualMFADevices', {
  authorize: (_input, { partition, accountId }) => ({
    resourceArn: `arn:${partition}:iam::${accountId}:mfa/`,
  }),
  handle: () => Promise.resolve({ VirtualMFADevices: [], IsTruncated: false }),
})

/** All of this file. */
export const credentialListOperations = [ListMFADevices, ListVirtualMFADevices]
