/**
 * Takes over an account at first start: the JSON of `aws iam get-account-authorization-details`.
 * Names, paths, ids, dates, documents, versions, memberships, attachments and boundaries come as
 * they are; access keys and passwords are not in it. All of it, or nothing.
 *
 * Source: IAM API Reference, GetAccountAuthorizationDetails, as the AWS CLI prints it.
 */
import { parsePolicy, replacePrincipals, type PolicyType } from '@bailiwick/policy'
import { parseArn } from './domain/arn.ts'
import type { Entity, Tag } from './domain/entity.ts'
import type { ManagedPolicyCatalog } from './domain/managed-policy-catalog.ts'
import { StartError } from './options.ts'
import type { StoreTransaction } from './store/port.ts'

interface NamedPolicy {
  readonly PolicyName: string
  readonly PolicyDocument: unknown
}

interface Holder {
  readonly Path: string
  readonly Arn: string
  readonly CreateDate: string
  readonly Tags?: readonly Tag[]
  readonly AttachedManagedPolicies?: readonly { readonly PolicyArn: string }[]
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn: string }
}

interface UserDetail extends Holder {
  readonly UserName: string
  readonly UserId: string
  readonly UserPolicyList?: readonly NamedPolicy[]
  readonly GroupList?: readonly string[]
}

interface GroupDetail extends Holder {
  readonly GroupName: string
  readonly GroupId: string
  readonly GroupPolicyList?: readonly NamedPolicy[]
}

interface RoleDetail extends Holder {
  readonly RoleName: string
  readonly RoleId: string
  readonly AssumeRolePolicyDocument: unknown
  readonly Description?: string
  readonly MaxSessionDuration?: number
  readonly RolePolicyList?: readonly NamedPolicy[]
}

interface PolicyDetail {
  readonly PolicyName: string
  readonly PolicyId: string
  readonly Arn: string
  readonly Path: string
  readonly DefaultVersionId: string
  readonly Description?: string
  readonly CreateDate: string
  readonly UpdateDate: string
  readonly PolicyVersionList: readonly {
    readonly Document: unknown
    readonly VersionId: string
    readonly CreateDate: string
  }[]
}

export interface AuthorizationDetails {
  readonly UserDetailList: readonly UserDetail[]
  readonly GroupDetailList: readonly GroupDetail[]
  readonly RoleDetailList: readonly RoleDetail[]
  readonly Policies: readonly PolicyDetail[]
}

export interface InitScope {
  readonly tx: StoreTransaction
  readonly accountId: string
  readonly newId: (prefix: string) => string
  readonly managedPolicies: ManagedPolicyCatalog
  readonly now: Date
}

/** @throws StartError where the text is something else. */
export function parseInitFile(text: string, file: string): AuthorizationDetails {
  let details: Partial<AuthorizationDetails> | null
  try {
    details = JSON.parse(text) as Partial<AuthorizationDetails> | null
  } catch {
    throw new StartError(`--init ${file}: not JSON`)
  }
  const lists = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const
  const missing = lists.filter((list) => !Array.isArray(details?.[list]))
  if (missing.length > 0) {
    throw new StartError(
      `--init ${file}: no ${missing.join(', ')}; give what aws iam get-account-authorization-details prints`,
    )
  }
  return details as AuthorizationDetails
}

/** The account the details are of; undefined where they hold nothing. */
export function accountIdOfDetails(details: AuthorizationDetails): string | undefined {
  const { UserDetailList, GroupDetailList, RoleDetailList } = details
  const [first] = [...UserDetailList, ...GroupDetailList, ...RoleDetailList]
  return first === undefined ? undefined : parseArn(first.Arn)?.accountId
}

/** Inserts everything. @throws StartError naming what cannot be taken over. */
export async function applyInitFile(
  scope: InitScope,
  details: AuthorizationDetails,
): Promise<void> {
  const policyIds = new Map<string, string>()
  for (const policy of details.Policies) await insertPolicy(scope, policy, policyIds)
  const groupIds = new Map<string, string>()
  for (const group of details.GroupDetailList) {
    const { GroupName: name, GroupId: id } = group
    await insert(scope, { kind: 'group', ...common(scope, group, id, name) })
    await insertPolicies(scope, { ...group, id, inline: group.GroupPolicyList }, policyIds)
    groupIds.set(name, id)
  }
  for (const user of details.UserDetailList) {
    const { UserName: name, UserId: id } = user
    await insert(scope, { kind: 'user', ...common(scope, user, id, name), ...boundaryOf(user) })
    await insertPolicies(scope, { ...user, id, inline: user.UserPolicyList }, policyIds)
    for (const group of user.GroupList ?? []) {
      await link(scope, 'membership', id, required(groupIds.get(group), `group ${group}`))
    }
  }
  const principals = new Map([
    ...details.UserDetailList.map((user) => [user.Arn, user.UserId] as const),
    ...details.RoleDetailList.map((role) => [role.Arn, role.RoleId] as const),
  ])
  for (const role of details.RoleDetailList) await insertRole(scope, role, principals, policyIds)
}

async function insertRole(
  scope: InitScope,
  role: RoleDetail,
  principals: ReadonlyMap<string, string>,
  policyIds: ReadonlyMap<string, string>,
): Promise<void> {
  const { RoleName: name, RoleId: id, Description: description } = role
  const what = `trust policy of role ${name}`
  const trustPolicy = documentText(role.AssumeRolePolicyDocument, 'trustPolicy', what)
  const trustPolicySaved = replacePrincipals(trustPolicy, (value) => principals.get(value) ?? value)
  await insert(scope, {
    kind: 'role',
    ...common(scope, role, id, name),
    ...boundaryOf(role),
    ...(description !== undefined && { description }),
    maxSessionDurationSeconds: role.MaxSessionDuration ?? 3600,
    trustPolicy,
    trustPolicySaved,
  })
  await insertPolicies(scope, { ...role, id, inline: role.RolePolicyList }, policyIds)
}

async function insertPolicy(
  scope: InitScope,
  policy: PolicyDetail,
  policyIds: Map<string, string>,
): Promise<void> {
  if (parseArn(policy.Arn)?.accountId === 'aws') return // One of AWS's: they are here already.
  const { PolicyName: name, PolicyId: id, Path: path, DefaultVersionId: defaultVersionId } = policy
  const createdAt = dateOf(policy.CreateDate)
  const numbers = policy.PolicyVersionList.map(({ VersionId }) => Number(VersionId.slice(1)))
  const base = { accountId: scope.accountId, tags: [] }
  await insert(scope, {
    kind: 'policy',
    ...base,
    id,
    name,
    path,
    createdAt,
    updatedAt: dateOf(policy.UpdateDate),
    defaultVersionId,
    nextVersionNumber: Math.max(0, ...numbers) + 1,
    ...(policy.Description !== undefined && { description: policy.Description }),
  })
  for (const version of policy.PolicyVersionList) {
    const what = `version ${version.VersionId} of policy ${name}`
    await insert(scope, {
      kind: 'policyVersion',
      ...base,
      id: scope.newId('ANVA'),
      name: version.VersionId,
      path: '/',
      parentId: id,
      createdAt: dateOf(version.CreateDate),
      document: documentText(version.Document, 'identityPolicy', what),
    })
  }
  policyIds.set(policy.Arn, id)
}

interface PolicyHolder extends Holder {
  readonly id: string
  readonly inline: readonly NamedPolicy[] | undefined
}

/** Inline and attached policies, and the boundary, of a user, group or role. */
async function insertPolicies(
  scope: InitScope,
  holder: PolicyHolder,
  policyIds: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { PolicyName: name, PolicyDocument } of holder.inline ?? []) {
    const what = `inline policy ${name} of ${holder.Arn}`
    await insert(scope, {
      kind: 'inlinePolicy',
      accountId: scope.accountId,
      id: scope.newId('INLP'),
      name,
      path: '/',
      parentId: holder.id,
      createdAt: scope.now,
      tags: [],
      document: documentText(PolicyDocument, 'identityPolicy', what),
    })
  }
  const idOf = (arn: string) =>
    required(policyIds.get(arn) ?? scope.managedPolicies.byArn(arn)?.policyId, `policy ${arn}`)
  for (const { PolicyArn } of holder.AttachedManagedPolicies ?? []) {
    await link(scope, 'attachment', holder.id, idOf(PolicyArn))
  }
  const boundary = holder.PermissionsBoundary?.PermissionsBoundaryArn
  if (boundary !== undefined) await link(scope, 'boundary', holder.id, idOf(boundary))
}

function common({ accountId }: InitScope, holder: Holder, id: string, name: string) {
  const { Path: path, CreateDate, Tags: tags = [] } = holder
  return { accountId, id, name, path, createdAt: dateOf(CreateDate), tags }
}

function boundaryOf({ PermissionsBoundary }: Holder) {
  return (
    PermissionsBoundary && { permissionsBoundaryArn: PermissionsBoundary.PermissionsBoundaryArn }
  )
}

async function insert(scope: InitScope, entity: Entity): Promise<void> {
  if (await scope.tx.insert(entity)) return
  throw new StartError(`--init: there are two of ${entity.kind} ${entity.name}`)
}

async function link(
  { tx, accountId, now: createdAt }: InitScope,
  kind: 'membership' | 'attachment' | 'boundary',
  fromId: string,
  toId: string,
): Promise<void> {
  await tx.link({ kind, accountId, fromId, toId, createdAt })
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new StartError(`--init: ${what} is named, but not in the file`)
  return value
}

function dateOf(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new StartError(`--init: ${text} is no date`)
  return date
}

/** The CLI prints documents as JSON; the API itself percent-encodes them. */
function documentText(document: unknown, policyType: PolicyType, what: string): string {
  const isText = typeof document === 'string'
  const text = isText ? decodeURIComponent(document) : JSON.stringify(document)
  const parsed = parsePolicy(text, policyType, { anyVersion: true, savedForm: true })
  if (parsed.ok) return text
  throw new StartError(`--init: the ${what} is refused: ${parsed.problems[0].message}`)
}
