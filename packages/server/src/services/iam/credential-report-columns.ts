/**
 * The columns of the credential report: each a function of what was read of one user, or of root.
 * Source: IAM User Guide, "Get credential reports for your AWS account"; recorded reports.
 */
import { iamArn, rootArn } from '../../domain/arn.ts'
import type {
  AccessKey,
  AccountPasswordPolicy,
  LoginProfile,
  SigningCertificate,
  User,
} from '../../domain/entity.ts'
import { isoSeconds } from '../../domain/iso-seconds.ts'
import type { LastUsed } from '../../store/port.ts'
import type { ReportScope } from '../report-jobs.ts'

/** More than anybody has of a kind of credential; two of each are shown. */
const credentialCountMax = 10
const slotCount = 2

/** Services whose uses have no region here. Source: the same, access_key_1_last_used_region. */
const globalServices = new Set(['iam', 'organizations', 's3', 'cloudfront', 'route53'])

interface KeySlot {
  readonly key: AccessKey
  readonly used: LastUsed | undefined
}

/** What one row is made of. */
export interface CredentialHolder {
  readonly arn: string
  readonly createdAt: Date
  /** Absent: root. */
  readonly user?: User
  readonly loginProfile: LoginProfile | undefined
  readonly passwordPolicy: AccountPasswordPolicy | undefined
  readonly hasMultiFactor: boolean
  /** The older one first. */
  readonly keys: readonly KeySlot[]
  readonly certificates: readonly SigningCertificate[]
}

export async function passwordPolicyOf({ store, accountId }: ReportScope) {
  return store.find('accountPasswordPolicy', accountId, 'PasswordPolicy')
}

/** @param user Absent: root. */
export async function credentialHolder(
  scope: ReportScope,
  passwordPolicy: AccountPasswordPolicy | undefined,
  user: User | undefined,
): Promise<CredentialHolder> {
  const { store, accountId, now } = scope
  const id = user?.id ?? accountId
  const request = { parentId: id, limit: credentialCountMax }
  const keys = oldestFirst(await store.list('accessKey', accountId, request)).slice(0, slotCount)
  const keySlots: KeySlot[] = []
  for (const key of keys) keySlots.push({ key, used: await store.lastUsed(key.id) })
  const certificates = await store.list('signingCertificate', accountId, request)
  const devices = await store.list('mfaAssignment', accountId, { parentId: id, limit: 1 })
  const account = user ? undefined : await store.account(accountId)
  return {
    arn: user ? iamArn(scope, 'user', user.path, user.name) : rootArn(scope),
    createdAt: user?.createdAt ?? account?.createdAt ?? now,
    ...(user && { user }),
    loginProfile: await store.find('loginProfile', accountId, 'LoginProfile', id),
    passwordPolicy,
    hasMultiFactor: devices.length > 0,
    keys: keySlots,
    certificates: oldestFirst(certificates).slice(0, slotCount),
  }
}

function oldestFirst<T extends { readonly createdAt: Date }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
}

const none = 'N/A'
const notSupported = 'not_supported'
const noInformation = 'no_information'

const flag = (value: boolean): string => String(value)
const date = (value: Date | undefined): string => (value ? isoSeconds(value) : none)

/** What a column of passwords shows of a user who has one; root's is the console's own affair. */
function ofPassword(value: (profile: LoginProfile, holder: CredentialHolder) => string) {
  return (holder: CredentialHolder): string => {
    if (!holder.user) return notSupported
    return holder.loginProfile ? value(holder.loginProfile, holder) : none
  }
}

function nextRotation({ passwordChangedAt }: LoginProfile, { passwordPolicy }: CredentialHolder) {
  const days = passwordPolicy?.ageDaysMax
  if (days === undefined) return none
  return isoSeconds(new Date(passwordChangedAt.getTime() + days * 86_400_000))
}

function passwordLastUsed({ user, loginProfile }: CredentialHolder): string {
  if (!user) return noInformation
  if (!loginProfile) return none
  return user.passwordLastUsedAt ? isoSeconds(user.passwordLastUsedAt) : noInformation
}

type Column = readonly [name: string, value: (holder: CredentialHolder) => string]

function keyColumns(index: number): readonly Column[] {
  const slot = ({ keys }: CredentialHolder) => keys[index]
  const name = `access_key_${String(index + 1)}`
  return [
    [`${name}_active`, (holder) => flag(slot(holder)?.key.status === 'Active')],
    [`${name}_last_rotated`, (holder) => date(slot(holder)?.key.createdAt)],
    [`${name}_last_used_date`, (holder) => date(slot(holder)?.used?.usedAt)],
    [
      `${name}_last_used_region`,
      (holder) => {
        const used = slot(holder)?.used
        return used && !globalServices.has(used.service) ? used.region : none
      },
    ],
    [`${name}_last_used_service`, (holder) => slot(holder)?.used?.service ?? none],
  ]
}

function certificateColumns(index: number): readonly Column[] {
  const slot = ({ certificates }: CredentialHolder) => certificates[index]
  const name = `cert_${String(index + 1)}`
  return [
    [`${name}_active`, (holder) => flag(slot(holder)?.status === 'Active')],
    [`${name}_last_rotated`, (holder) => date(slot(holder)?.createdAt)],
  ]
}

/** In AWS's order, which clients rely on. */
export const credentialColumns: readonly Column[] = [
  ['user', ({ user }) => user?.name ?? '<root_account>'],
  ['arn', ({ arn }) => arn],
  ['user_creation_time', ({ createdAt }) => isoSeconds(createdAt)],
  [
    'password_enabled',
    ({ user, loginProfile }) => (user ? flag(loginProfile !== undefined) : notSupported),
  ],
  ['password_last_used', passwordLastUsed],
  ['password_last_changed', ofPassword(({ passwordChangedAt }) => isoSeconds(passwordChangedAt))],
  ['password_next_rotation', ofPassword(nextRotation)],
  ['mfa_active', ({ hasMultiFactor }) => flag(hasMultiFactor)],
  ...keyColumns(0),
  ...keyColumns(1),
  ...certificateColumns(0),
  ...certificateColumns(1),
]
