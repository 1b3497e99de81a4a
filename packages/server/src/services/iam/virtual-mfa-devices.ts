/**
 * Virtual multi-factor devices: made with a seed, assigned to a user, deleted.
 * Source: IAM API Reference, CreateVirtualMFADevice and its kin; wordings recorded.
 */
import { otpauthUri, qrCodePng } from '../../credentials/mfa-qr-code.ts'
import { iamArn, rootArn } from '../../domain/arn.ts'
import type { MfaDevice } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation, type Scope } from '../operation.ts'
import { asRecorded } from './as-recorded.ts'
import { creationChecks, listCheck } from './entity-check.ts'
import { deviceBySerial, deviceCheck } from './mfa-device.ts'
import { existing } from './no-such-entity.ts'
import { listWhere, pageByName } from './paging.ts'
import { newTags } from './tags.ts'
import { listedUserView, tagsView } from './views.ts'

/** Source: the model, SerialNumber: what other operations can name. */
const serialNumberCharsMax = 256
const serialNumberPattern = /^[\w+=/:,.@-]+$/

interface NewDevice {
  readonly Path?: string | undefined
  readonly VirtualMFADeviceName: string
}

function serialNumberOf(scope: Pick<Scope, 'accountId' | 'partition'>, input: NewDevice): string {
  return iamArn(scope, 'mfa', input.Path ?? '/', input.VirtualMFADeviceName)
}

/** Errors: ValidationError for what no other operation could name; the words are recorded of paths. */
function checkedSerialNumber(scope: Scope, input: NewDevice): string {
  const serialNumber = serialNumberOf(scope, input)
  if (!serialNumberPattern.test(serialNumber)) {
    const rule = 'begin and end with / and contain only alphanumeric characters and/or / characters'
    const message = `The specified value for path is invalid. It must ${rule}.`
    throw new ApiError('ValidationError', message)
  }
  const excess = serialNumber.length - serialNumberCharsMax
  if (excess <= 0) return serialNumber
  const max = input.VirtualMFADeviceName.length - excess
  const constraint = `Member must have length less than or equal to ${Math.max(max, 0)}`
  const failed = "Value at 'virtualMFADeviceName' failed to satisfy constraint"
  throw new ApiError('ValidationError', `1 validation error detected: ${failed}: ${constraint}`)
}

/** As many as users. Source: IAM quotas; the name that is printed is chosen by us. */
async function assertDeviceQuota({ store, accountId, quota }: Scope): Promise<void> {
  const max = quota('UsersPerAccount')
  if ((await store.count('mfaDevice', accountId)) < max) return
  const message = `Cannot exceed quota for VirtualMfaDevicesPerAccount: ${max}`
  throw new ApiError('LimitExceeded', message)
}

/**
 * iam:CreateVirtualMFADevice: the one answer that shows the seed, as text and as a QR code.
 * Errors: EntityAlreadyExists, InvalidInput, LimitExceeded, ValidationError.
 */
export const CreateVirtualMFADevice = writeOperation('iam', 'CreateVirtualMFADevice', {
  resolve: (_input, { store, accountId }) => store.account(accountId),

  authorize: (input, scope) =>
    creationChecks(serialNumberOf(scope, input), {}, 'iam:TagMFADevice', input.Tags),

  async prepare(input, scope, account) {
    const id = scope.newId('MFAD')
    const { base32Seed, sealed } = scope.secrets.mfa.newSeed(id)
    const shownAccount = account?.alias ?? scope.accountId
    const uri = otpauthUri(input.VirtualMFADeviceName, shownAccount, base32Seed)
    return { id, base32Seed, sealed, png: await qrCodePng(uri) }
  },

  async handle(input, scope, _account, { id, base32Seed, sealed, png }) {
    const { accountId, now, store } = scope
    const device: MfaDevice = {
      kind: 'mfaDevice',
      type: 'virtual',
      accountId,
      id,
      name: checkedSerialNumber(scope, input),
      path: '/',
      createdAt: now,
      tags: newTags(input.Tags, 'kept'),
    }
    await assertDeviceQuota(scope)
    if (!(await store.insert(device, sealed))) {
      throw new ApiError('EntityAlreadyExists', 'MFA device already exists.')
    }
    return {
      VirtualMFADevice: {
        SerialNumber: device.name,
        Base32StringSeed: Buffer.from(base32Seed),
        QRCodePNG: png,
        ...(device.tags.length > 0 && { Tags: tagsView(device.tags) }),
      },
    }
  },
})

/** The owner as the list shows it: root with neither name nor path, as in GetUser. */
async function ownerView(scope: Scope, ownerId: string) {
  const { store, accountId, now } = scope
  if (ownerId === accountId) {
    const CreateDate = (await store.account(accountId))?.createdAt ?? now
    return asRecorded<ReturnType<typeof listedUserView>>({
      ...{ UserId: accountId, Arn: rootArn(scope), CreateDate },
    })
  }
  const user = await store.get('user', ownerId)
  return user && listedUserView(scope, user)
}

/** Recorded: without seed, QR code and tags. */
async function deviceView(scope: Scope, { name, ownerId }: MfaDevice) {
  if (ownerId === undefined) return { SerialNumber: name }
  const { store, accountId } = scope
  const assignment = await store.find('mfaAssignment', accountId, name, ownerId)
  const User = await ownerView(scope, ownerId)
  return {
    SerialNumber: name,
    ...(User && { User }),
    ...(assignment && { EnableDate: assignment.createdAt }),
  }
}

/** iam:ListVirtualMFADevices: without a status, all. */
export const ListVirtualMFADevices = readOperation('iam', 'ListVirtualMFADevices', {
  authorize: (_input, scope) => listCheck(scope, 'mfa'),

  async handle(input, scope) {
    const { AssignmentStatus: status = 'Any' } = input
    const isShown = ({ type, ownerId }: MfaDevice): boolean => {
      if (type !== 'virtual') return false
      return status === 'Any' || (status === 'Assigned') === (ownerId !== undefined)
    }
    const { items, output } = await pageByName(input, (request) =>
      listWhere(
        request,
        (batch) => scope.store.list('mfaDevice', scope.accountId, batch),
        (device) => Promise.resolve(isShown(device)),
      ),
    )
    const VirtualMFADevices = await Promise.all(items.map((device) => deviceView(scope, device)))
    return { VirtualMFADevices, ...output }
  },
})

/** iam:DeleteVirtualMFADevice. Errors: DeleteConflict while it is assigned; NoSuchEntity. */
export const DeleteVirtualMFADevice = writeOperation('iam', 'DeleteVirtualMFADevice', {
  resolve: ({ SerialNumber }, scope) => deviceBySerial(scope, SerialNumber),
  authorize: ({ SerialNumber }, scope, device) => deviceCheck(scope, device, SerialNumber),

  async handle({ SerialNumber }, { store }, found) {
    const virtual = found?.type === 'virtual' ? found : undefined
    const device = existing(virtual, 'mfaDevice', SerialNumber)
    if (device.ownerId !== undefined) {
      // As users report it of AWS.
      const message = 'MFA VirtualDevice in use. Must deactivate first.'
      throw new ApiError('DeleteConflict', message)
    }
    await store.remove('mfaDevice', device.id)
  },
})

/** All of this file. */
export const virtualMfaDeviceOperations = [
  CreateVirtualMFADevice,
  DeleteVirtualMFADevice,
  ListVirtualMFADevices,
]
