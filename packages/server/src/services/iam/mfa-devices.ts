/**
 * Multi-factor devices of users and of root: assigned with two of their codes, listed, taken away.
 *
 * A hardware token is known by its seed, which its maker hands out and which no operation of IAM
 * takes: chosen by us, its serial number is an unknown one here, rather than assigned unverified.
 * Passkeys are registered in a console; the context keys of EnableMFADevice are about them alone
 * (`iam:FIDO-certification`, `iam:RegisterSecurityKey` …), so a device of codes has none.
 *
 * Source: IAM API Reference, EnableMFADevice and its kin; wordings recorded.
 */
import type { MfaAssignment, MfaDevice, User } from '../../domain/entity.ts'
import { ApiError } from '../api-error.ts'
import { readOperation, writeOperation, type Scope, type WriteScope } from '../operation.ts'
import { asRecorded } from './as-recorded.ts'
import { assignedDevice, deviceBySerial, deviceCheck, mfaTarget } from './mfa-device.ts'
import { existing } from './no-such-entity.ts'
import { pageByName } from './paging.ts'
import { assertWithinQuota } from './quota.ts'
import { credentialOwner, targetCheck, type CredentialOwner, type UserTarget } from './self.ts'
import { listEntityTags, tagEntity, untagEntity, type TagTarget } from './tag-operations.ts'

interface OfUser {
  readonly UserName?: string | undefined
  readonly SerialNumber: string
}

interface Found {
  readonly target: UserTarget
  readonly device: MfaDevice | undefined
}

const deviceOfUser = {
  resolve: async ({ UserName, SerialNumber }: OfUser, scope: Scope): Promise<Found> => ({
    target: await mfaTarget(scope, UserName),
    device: await deviceBySerial(scope, SerialNumber),
  }),

  authorize: (_input: OfUser, scope: Scope, { target }: Found) => targetCheck(scope, target),
}

interface TwoCodes {
  readonly AuthenticationCode1: string
  readonly AuthenticationCode2: string
}

/** The device as two consecutive codes show it. Errors: InvalidAuthenticationCode. */
async function provenDevice(scope: Scope, device: MfaDevice, codes: TwoCodes): Promise<MfaDevice> {
  const sealed = await scope.store.sealed(device.id)
  const pair = [codes.AuthenticationCode1, codes.AuthenticationCode2] as const
  const seen = scope.secrets.mfa.matchPair(device, sealed, pair, scope.now)
  if (seen) return { ...device, ...seen }
  const message = 'Authentication code for device is not valid.'
  throw new ApiError('InvalidAuthenticationCode', message)
}

async function assign(scope: WriteScope, device: MfaDevice, owner: CredentialOwner): Promise<void> {
  const { store, accountId, now, newId } = scope
  const limit = scope.quota('MfaDevicesPerUser') + 1
  const held = await store.list('mfaAssignment', accountId, { parentId: owner.id, limit })
  assertWithinQuota(scope, 'MfaDevicesPerUser', held.length + 1)
  await store.update({ ...device, ownerId: owner.id })
  await store.insert({
    kind: 'mfaAssignment',
    accountId,
    id: newId('MFAA'),
    name: device.name,
    path: '/',
    parentId: owner.id,
    createdAt: now,
    tags: [],
  })
}

/**
 * iam:EnableMFADevice. Errors: EntityAlreadyExists, InvalidAuthenticationCode, LimitExceeded,
 * NoSuchEntity.
 */
export const EnableMFADevice = writeOperation('iam', 'EnableMFADevice', {
  ...deviceOfUser,
  async handle(input, scope, found) {
    const owner = credentialOwner(scope, found.target)
    const device = existing(found.device, 'mfaDevice', input.SerialNumber)
    if (device.ownerId !== undefined) {
      throw new ApiError('EntityAlreadyExists', 'MFA Device is already in use.')
    }
    await assign(scope, await provenDevice(scope, device, input), owner)
  },
})

/**
 * iam:ResyncMFADevice: learns how far the device's clock is aside.
 * Errors: InvalidAuthenticationCode, NoSuchEntity.
 */
export const ResyncMFADevice = writeOperation('iam', 'ResyncMFADevice', {
  ...deviceOfUser,
  async handle(input, scope, { target, device }) {
    const own = assignedDevice(device, credentialOwner(scope, target), input.SerialNumber)
    await scope.store.update(await provenDevice(scope, own, input))
  },
})

/**
 * iam:DeactivateMFADevice: a virtual device stays, unassigned, and remembers the codes that were
 * used; a passkey is gone. Errors: NoSuchEntity.
 */
export const DeactivateMFADevice = writeOperation('iam', 'DeactivateMFADevice', {
  ...deviceOfUser,
  async handle({ SerialNumber }, scope, found) {
    const { store, accountId } = scope
    const owner = credentialOwner(scope, found.target)
    const { ownerId: _, ...device } = assignedDevice(found.device, owner, SerialNumber)
    const assignment = await store.find('mfaAssignment', accountId, device.name, owner.id)
    if (assignment) await store.remove('mfaAssignment', assignment.id)
    if (device.type === 'virtual') await store.update(device)
    else await store.remove('mfaDevice', device.id)
  },
})

function assignmentView({ name, createdAt }: MfaAssignment, user: User | undefined) {
  // Root has no name; the member is left out, as in GetUser.
  return {
    UserName: asRecorded<string>(user?.name),
    SerialNumber: name,
    EnableDate: createdAt,
  }
}

/** iam:ListMFADevices: of a user, or of the caller. Errors: NoSuchEntity. */
export const ListMFADevices = readOperation('iam', 'ListMFADevices', {
  resolve: ({ UserName }, scope) => mfaTarget(scope, UserName),
  authorize: (_input, scope, target) => targetCheck(scope, target),

  async handle(input, scope, target) {
    const owner = credentialOwner(scope, target)
    const { items, output } = await pageByName(input, (request) =>
      scope.store.list('mfaAssignment', scope.accountId, { ...request, parentId: owner.id }),
    )
    return { MFADevices: items.map((item) => assignmentView(item, owner.user)), ...output }
  },
})

/** Whose device it is; `*` stands for nobody, and for a device that is not there. */
async function ownerTarget(scope: Scope, ownerId: string | undefined): Promise<UserTarget> {
  if (ownerId === scope.accountId) return { kind: 'root' }
  const user = ownerId === undefined ? undefined : await scope.store.get('user', ownerId)
  return { kind: 'user', name: user?.name ?? '*', user }
}

/**
 * iam:GetMFADevice: of the user named; without a name, whosever it is: chosen by us.
 * Errors: NoSuchEntity.
 */
export const GetMFADevice = readOperation('iam', 'GetMFADevice', {
  async resolve({ UserName, SerialNumber }, scope): Promise<Found> {
    const device = await deviceBySerial(scope, SerialNumber)
    if (UserName === undefined) return { device, target: await ownerTarget(scope, device?.ownerId) }
    return { device, target: await mfaTarget(scope, UserName) }
  },

  authorize: (_input, scope, { target }) => targetCheck(scope, target),

  async handle({ UserName, SerialNumber }, scope, found) {
    const device = existing(found.device, 'mfaDevice', SerialNumber)
    if (UserName !== undefined) {
      assignedDevice(device, credentialOwner(scope, found.target), SerialNumber)
    }
    const { name, ownerId, certifications } = device
    if (ownerId === undefined) return { SerialNumber: name }
    const { store, accountId } = scope
    const assignment = await store.find('mfaAssignment', accountId, name, ownerId)
    const user = found.target.kind === 'user' ? found.target.user : undefined
    return {
      ...(user && { UserName: user.name }),
      SerialNumber: name,
      ...(assignment && { EnableDate: assignment.createdAt }),
      ...(certifications && { Certifications: certifications }),
    }
  },
})

interface BySerial {
  readonly SerialNumber: string
}

const tagged: TagTarget<BySerial, MfaDevice> = {
  keyCase: 'kept',
  find: ({ SerialNumber }, scope) => deviceBySerial(scope, SerialNumber),
  check: ({ SerialNumber }, scope, found, keys) => deviceCheck(scope, found, SerialNumber, keys),
  changeable: ({ SerialNumber }, _scope, found) => existing(found, 'mfaDevice', SerialNumber),
  tags: ({ SerialNumber }, _scope, found) => existing(found, 'mfaDevice', SerialNumber).tags,
}

/** iam:TagMFADevice. */
export const TagMFADevice = writeOperation('iam', 'TagMFADevice', tagEntity(tagged))
/** iam:UntagMFADevice. */
export const UntagMFADevice = writeOperation('iam', 'UntagMFADevice', untagEntity(tagged))
/** iam:ListMFADeviceTags. */
export const ListMFADeviceTags = readOperation('iam', 'ListMFADeviceTags', listEntityTags(tagged))

/** All of this file. */
export const mfaDeviceOperations = [
  DeactivateMFADevice,
  EnableMFADevice,
  GetMFADevice,
  ListMFADeviceTags,
  ListMFADevices,
  ResyncMFADevice,
  TagMFADevice,
  UntagMFADevice,
]
