/**
 * What knows the seeds of multi-factor devices: makes them, and says which step's code it was given.
 * A seed leaves here once, for the device to be set up.
 *
 * Source: IAM User Guide, "AWS Multi-factor authentication in IAM"; RFC 6238, sections 5 and 6. AWS
 * does not publish its windows and locks: the numbers below are chosen by us.
 */
import { createFailureLocks } from './failure-locks.ts'
import type { MfaPort, TotpDevice } from './port.ts'
import type { RandomBytes } from './seal.ts'
import type { SecretVault } from './secrets.ts'
import { base32Bytes, base32Text, isSameCode, totpCode, totpStep } from './totp.ts'

/** Source: recorded from CreateVirtualMFADevice: 64 characters of base32. */
const seedBytes = 40
/** Steps before and after the current one whose code is accepted: a minute and a half in all. */
const codeStepsAside = 1
/** How far aside two consecutive codes are looked for: clocks may be ten minutes apart. */
const pairStepsAside = 20

/** Steps that come in question, those left out whose code was used or passed over. */
function stepsAround({ lastUsedStep = -1 }: TotpDevice, middle: number, aside: number): number[] {
  const steps = Array.from({ length: 2 * aside + 1 }, (_, index) => middle - aside + index)
  return steps.filter((step) => step > lastUsedStep && step >= 0)
}

/** Of the last step that fits; every one is compared, so that time tells nothing. */
function matchingStep(steps: readonly number[], fits: (step: number) => boolean) {
  let found: number | undefined
  for (const step of steps) if (fits(step)) found = step
  return found
}

export function createMfa(vault: SecretVault, randomBytes: RandomBytes): MfaPort {
  const locks = createFailureLocks()

  function seedOf(device: TotpDevice, sealed: Uint8Array | undefined): Uint8Array | undefined {
    const seed = sealed && vault.open(device.id, sealed)
    return seed === undefined ? undefined : base32Bytes(seed)
  }

  return {
    newSeed(deviceId) {
      const base32Seed = base32Text(randomBytes(seedBytes))
      return { base32Seed, sealed: vault.seal(deviceId, base32Seed) }
    },

    matchCode(device, sealed, code, now) {
      if (locks.isLocked(device.id, now)) return { ok: false, problem: 'locked' }
      const seed = seedOf(device, sealed)
      const middle = totpStep(now) + (device.driftSteps ?? 0)
      const step =
        seed &&
        matchingStep(stepsAround(device, middle, codeStepsAside), (candidate) =>
          isSameCode(totpCode(seed, candidate), code),
        )
      if (step === undefined) {
        locks.failed(device.id, now)
        return { ok: false, problem: 'invalidCode' }
      }
      locks.succeeded(device.id)
      return { ok: true, step }
    },

    matchPair(device, sealed, [code1, code2], now) {
      const seed = seedOf(device, sealed)
      if (!seed) return undefined
      const current = totpStep(now)
      const first = matchingStep(stepsAround(device, current, pairStepsAside), (candidate) => {
        const isFirst = isSameCode(totpCode(seed, candidate), code1)
        return isSameCode(totpCode(seed, candidate + 1), code2) && isFirst
      })
      if (first === undefined) return undefined
      const drift = first + 1 - current
      return { lastUsedStep: first + 1, driftSteps: Math.abs(drift) > codeStepsAside ? drift : 0 }
    },
  }
}
