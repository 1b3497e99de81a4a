import type { Caller } from '../caller.ts'
import type { Check } from '../operation.ts'
import { Refusal } from '../refusal.ts'
import { namedService } from './named-members.ts'

/** What a backend knows of accounts. */
export interface BackendAccounts {
  /** `moto`: it keeps accounts apart by the header `x-moto-account-id`. */
  readonly hint?: AccountHint
  /**
   * The account that a backend without hints belongs to: it has that one's names as they are, and in
   * services whose names it cannot keep apart answers for it alone. Absent: whoever asks gets through.
   */
  readonly account?: string
  /** The id it takes for its own, where that is not the owner's: in ARNs, and wherever it answers. */
  readonly id?: string
}

export type AccountHint = 'moto'

/** The header by which a backend is told whose account a request is about. */
export const hintHeaders: Readonly<Record<AccountHint, string>> = { moto: 'x-moto-account-id' }

/** Who owns what a call is about. */
export function ownersOf(checks: readonly Check[]): readonly string[] {
  return [
    ...new Set(checks.flatMap((check) => check.backendAccountId ?? check.resourceAccountId ?? [])),
  ]
}

/**
 * The account that a call is about: the owner of its resources, else the caller's. Of several
 * owners the caller's own, or the first. Undefined for a stranger's call of nobody's resource.
 */
export function accountOfCall(
  owners: readonly string[],
  { accountId }: Pick<Caller, 'accountId'>,
): string | undefined {
  return accountId !== undefined && owners.includes(accountId)
    ? accountId
    : (owners[0] ?? accountId)
}

/**
 * A backend that knows one account only answers for that one, but in services whose names are kept
 * apart on the way to it.
 *
 * @param isKept Whether the registry tells whose the call is about.
 * @throws Refusal where a call is about another account, and nothing keeps them apart.
 */
export function refuseOtherAccounts(
  service: string,
  operation: string,
  account: string | undefined,
  { hint, account: own }: BackendAccounts,
  isKept: boolean,
): void {
  if (hint !== undefined || own === undefined || account === own) return
  const named = namedService(service)
  if (isKept && named !== undefined && named.unnamed?.test(operation) !== true) return
  throw new Refusal(
    'AccessDenied',
    `The backend of ${service} belongs to account ${own} alone, and takes no account hints.`,
  )
}
