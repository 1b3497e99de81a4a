import type { Caller } from '../caller.ts'
import type { Check } from '../operation.ts'
import { Refusal } from '../refusal.ts'
import type { IdChange } from './account-ids.ts'

/** What a backend knows of accounts. */
export interface BackendAccounts {
  /** `moto`: it keeps accounts apart by the header `x-moto-account-id`. */
  readonly hint?: AccountHint
  /**
   * The account that a backend without hints belongs to, in services whose resources have no owner
   * in the registry. Absent: there is none, and whoever asks gets through.
   */
  readonly account?: string
  /** The id it takes for its own, where that is not the owner's: in ARNs, and wherever it answers. */
  readonly id?: string
}

export type AccountHint = 'moto'

/** The header by which a backend is told whose account a request is about. */
export const hintHeaders: Readonly<Record<AccountHint, string>> = { moto: 'x-moto-account-id' }

/** By the prefix of their actions: the registry knows who owns each of their resources. */
const keptByRegistry = new Set(['dynamodb', 'kms', 'lambda', 's3', 'secretsmanager', 'sns', 'sqs'])

/**
 * The account that a call is about: the owner of its resources, else the caller's. Of several
 * owners the caller's own, or the first. Undefined for a stranger's call of nobody's resource.
 */
export function accountOfCall(
  checks: readonly Check[],
  { accountId }: Pick<Caller, 'accountId'>,
): string | undefined {
  const owners = checks.flatMap((check) => check.backendAccountId ?? check.resourceAccountId ?? [])
  return accountId !== undefined && owners.includes(accountId)
    ? accountId
    : (owners[0] ?? accountId)
}

/**
 * A backend that knows one account only answers for that one.
 *
 * @param isKept Whether the registry tells whose the call is about, where it knows the service.
 * @throws Refusal where a call is about another account, and nothing else keeps them apart.
 */
export function refuseOtherAccounts(
  service: string,
  account: string | undefined,
  { hint, account: own }: BackendAccounts,
  isKept: boolean,
): void {
  if (hint !== undefined || own === undefined || account === own) return
  if (isKept && keptByRegistry.has(service)) return
  throw new Refusal(
    'AccessDenied',
    `The backend of ${service} belongs to account ${own} alone, and takes no account hints.`,
  )
}

/** What is to change in a request before the backend sees it; in its answers, the other way round. */
export function idChangeFor(
  account: string | undefined,
  { id }: BackendAccounts,
): IdChange | undefined {
  if (id === undefined || account === undefined || account === id) return undefined
  return { from: account, to: id }
}
