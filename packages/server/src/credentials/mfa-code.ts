import type { MfaDevice } from '../domain/entity.ts'
import type { StoreReader, StoreTransaction } from '../store/port.ts'
import type { SecretsPort } from './port.ts'

/** What of a scope is needed to check a code. */
interface MfaScope {
  readonly store: StoreReader
  readonly accountId: string
  readonly now: Date
  readonly secrets: SecretsPort
}

export type MfaCodeCheck =
  | { readonly ok: true; readonly device: MfaDevice; readonly step: number }
  /**
   * - unknownDevice: no device of that serial number that makes codes is the owner's
   * - invalidCode: another code, one that was used before, or one of too far aside
   * - locked: too many codes have failed; the code was not looked at
   */
  | { readonly ok: false; readonly problem: 'unknownDevice' | 'invalidCode' | 'locked' }

/**
 * Checks a one-time code. Changes nothing in the store, so it may be asked in `resolve`, on a
 * snapshot; failures are counted all the same. Whoever relies on it consumes it in a transaction
 * that has seen the same version of the account (`consumeMfaCode`), so that a code is used once.
 *
 * @param ownerId The user's unique id; the account id for root.
 */
export async function checkMfaCode(
  { store, accountId, now, secrets }: MfaScope,
  ownerId: string,
  serialNumber: string,
  code: string,
): Promise<MfaCodeCheck> {
  const device = await store.find('mfaDevice', accountId, serialNumber)
  // Names are found ignoring case, serial numbers compare exactly.
  const isOwn = device?.name === serialNumber && device.ownerId === ownerId
  if (!isOwn || device.type !== 'virtual') return { ok: false, problem: 'unknownDevice' }
  const match = secrets.mfa.matchCode(device, await store.sealed(device.id), code, now)
  return match.ok ? { ...match, device } : match
}

/** Marks the code as used: neither it nor an earlier one is accepted again. */
export async function consumeMfaCode(
  store: StoreTransaction,
  { device, step }: Extract<MfaCodeCheck, { ok: true }>,
): Promise<void> {
  await store.update({ ...device, lastUsedStep: step })
}

/** Checks a code and consumes it, where both are done in one transaction. */
export async function verifyMfaCode(
  scope: MfaScope & { readonly store: StoreTransaction },
  ownerId: string,
  serialNumber: string,
  code: string,
): Promise<MfaCodeCheck> {
  const check = await checkMfaCode(scope, ownerId, serialNumber, code)
  if (check.ok) await consumeMfaCode(scope.store, check)
  return check
}
