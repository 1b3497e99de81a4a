/** What the operations of multi-factor devices have in common. */
import type { Check } from '@bailiwick/gateway'
import { iamArn } from '../../domain/arn.ts'
import type { MfaDevice } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import type { Scope } from '../operation.ts'
import { resourceTagKeys } from './context-keys.ts'
import type { ContextKeys } from './context-keys.ts'
import { noSuchEntity } from './no-such-entity.ts'
import { targetUser } from './self.ts'
import type { CredentialOwner, UserTarget } from './self.ts'

/** The device of that very serial number: they compare exactly. Undefined where there is none. */
export async function deviceBySerial(
  { store, accountId }: Scope,
  serialNumber: string,
): Promise<MfaDevice | undefined> {
  const device = await store.find('mfaDevice', accountId, serialNumber)
  return device?.name === serialNumber ? device : undefined
}

/** The check of an operation on a device: what is no ARN is taken for the name in one. */
export function deviceCheck(
  scope: Scope,
  device: MfaDevice | undefined,
  serialNumber: string,
  contextKeys?: ContextKeys,
): Check {
  const isArn = serialNumber.startsWith('arn:')
  return {
    resourceArn: isArn ? serialNumber : iamArn(scope, 'mfa', '/', serialNumber),
    contextKeys: { ...resourceTagKeys(device?.tags), ...contextKeys },
  }
}

/**
 * The user named, or the caller where no name is given. Root has no name, and some of these
 * operations want one: chosen by us, root names itself by the account id.
 */
export async function mfaTarget(scope: Scope, userName: string | undefined): Promise<UserTarget> {
  const target = await targetUser(scope, userName)
  const isRoot = scope.caller.principal.kind === 'root' && userName === scope.accountId
  return isRoot && target.kind === 'user' && !target.user ? { kind: 'root' } : target
}

/** The device, which must be the owner's. Errors: NoSuchEntity; the second wording is unconfirmed. */
export function assignedDevice(
  device: MfaDevice | undefined,
  owner: CredentialOwner,
  serialNumber: string,
): MfaDevice {
  if (!device) throw noSuchEntity('mfaDevice', serialNumber)
  if (device.ownerId === owner.id) return device
  const whom = owner.user === undefined ? 'the root user' : `user ${owner.user.name}`
  const message = `MFA device with serial number ${serialNumber} is not associated with ${whom}.`
  throw new ApiError('NoSuchEntity', message)
}
