/**
 * Policies of resources and roles as they are saved and read back. What is decided on names unique
 * ids, so that a role or user made anew under an old name is not trusted; what is read back is the
 * text as given, with the ARNs of today.
 *
 * Source: IAM User Guide, "AWS JSON policy elements: Principal".
 */
import { isUniqueId, principalReferences, replacePrincipals } from '@bailiwick/policy'
import { iamArn, parseArn, splitResource } from './arn.ts'
import type { AccountId, Role, User } from './entity.ts'

type Named = Pick<User | Role, 'id' | 'accountId' | 'name' | 'path'>

/** Where users and roles are looked up. */
export interface PrincipalDirectory {
  find(kind: 'user' | 'role', accountId: AccountId, name: string): Promise<Named | undefined>
  get(kind: 'user' | 'role', id: string): Promise<Named | undefined>
}

/** `missing`: the first principal that does not exist. */
export type SavedPrincipals =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly missing: string }

/**
 * The text with the unique ids of users and roles in the place of their ARNs, wherever in the
 * deployment their accounts are. Accounts and sessions stay as they are written. Chosen by us: an
 * account need not exist, as those of third parties do not here; nobody can be of it.
 */
export async function savedPrincipals(
  directory: PrincipalDirectory,
  text: string,
): Promise<SavedPrincipals> {
  const ids = new Map<string, string>()
  for (const { type, value } of principalReferences(text)) {
    if (type !== 'AWS' || ids.has(value)) continue
    const id = await savedPrincipal(directory, value)
    if (id === undefined) return { ok: false, missing: value }
    ids.set(value, id)
  }
  const saved = replacePrincipals(text, (value, type) =>
    type === 'AWS' ? (ids.get(value) ?? value) : value,
  )
  return { ok: true, text: saved }
}

/** Undefined: there is no such user or role. */
async function savedPrincipal(
  directory: PrincipalDirectory,
  value: string,
): Promise<string | undefined> {
  const arn = parseArn(value)
  if (arn?.service !== 'iam' || arn.resource === 'root') return value
  const { type, path, name } = splitResource(arn.resource)
  if (type !== 'user' && type !== 'role') return value
  const entity = await directory.find(type, arn.accountId, name)
  // Names are found ignoring case, ARNs compare exactly.
  return entity?.name === name && entity.path === path ? entity.id : undefined
}

/**
 * A policy as it is read back: byte for byte as given, except that a principal renamed since shows
 * its new ARN, and one that is gone its unique id.
 */
export async function shownPrincipals(
  directory: PrincipalDirectory,
  partition: string,
  text: string,
  saved: string,
): Promise<string> {
  // The same principals in the same order: one text is the other with some of them replaced.
  const arns: (string | undefined)[] = []
  for (const { type, value } of principalReferences(saved)) {
    const isReplaced = type === 'AWS' && isUniqueId(value)
    arns.push(isReplaced ? await currentArn(directory, partition, value) : undefined)
  }
  if (arns.every((arn) => arn === undefined)) return text
  let index = 0
  return replacePrincipals(text, (value) => arns[index++] ?? value)
}

async function currentArn(
  directory: PrincipalDirectory,
  partition: string,
  id: string,
): Promise<string> {
  const type = id.startsWith('AIDA') ? 'user' : 'role'
  const entity = await directory.get(type, id)
  if (!entity) return id
  return iamArn({ partition, accountId: entity.accountId }, type, entity.path, entity.name)
}
