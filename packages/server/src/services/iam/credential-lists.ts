/**
 * Lists of the credentials that this server does not make yet: MFA devices, SSH keys,
 * certificates, service-specific credentials. None can exist, so each list is truthfully empty,
 * which lets clients go through them when they delete a user.
 */
import { readOperation, type Scope } from '../operation.ts'
import { credentialOwner, targetCheck, targetUser, type UserTarget } from './self.ts'

const ofUser = {
  resolve: ({ UserName }: { readonly UserName?: string | undefined }, scope: Scope) =>
    targetUser(scope, UserName),

  authorize: (_input: unknown, scope: Scope, target: UserTarget) => targetCheck(scope, target),
}

/** iam:ListMFADevices. Errors: NoSuchEntity. */
export const ListMFADevices = readOperation('iam', 'ListMFADevices', {
  ...ofUser,
  handle(_input, scope, target) {
    credentialOwner(scope, target)
    return Promise.resolve({ MFADevices: [], IsTruncated: false })
  },
})

/** iam:ListSSHPublicKeys. Errors: NoSuchEntity. */
export const ListSSHPublicKeys = readOperation('iam', 'ListSSHPublicKeys', {
  ...ofUser,
  handle(_input, scope, target) {
    credentialOwner(scope, target)
    return Promise.resolve({ SSHPublicKeys: [], IsTruncated: false })
  },
})

/** iam:ListSigningCertificates. Errors: NoSuchEntity. */
export const ListSigningCertificates = readOperation('iam', 'ListSigningCertificates', {
  ...ofUser,
  handle(_input, scope, target) {
    credentialOwner(scope, target)
    return Promise.resolve({ Certificates: [], IsTruncated: false })
  },
})

/** iam:ListServiceSpecificCredentials. Errors: NoSuchEntity. */
export const ListServiceSpecificCredentials = readOperation(
  'iam',
  'ListServiceSpecificCredentials',
  {
    ...ofUser,
    handle(_input, scope, target) {
      credentialOwner(scope, target)
      return Promise.resolve({ ServiceSpecificCredentials: [], IsTruncated: false })
    },
  },
)

/** iam:ListVirtualMFADevices. */
export const ListVirtualMFADevices = readOperation('iam', 'ListVirtualMFADevices', {
  authorize: (_input, { partition, accountId }) => ({
    resourceArn: `arn:${partition}:iam::${accountId}:mfa/`,
  }),
  handle: () => Promise.resolve({ VirtualMFADevices: [], IsTruncated: false }),
})

/** All of this file. */
export const credentialListOperations = [
  ListMFADevices,
  ListSSHPublicKeys,
  ListServiceSpecificCredentials,
  ListSigningCertificates,
  ListVirtualMFADevices,
]
