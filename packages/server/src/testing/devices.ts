/** Multi-factor devices of tests. */
import { base32Bytes, totpCode, totpStep } from '../credentials/totp.ts'
import type { MfaDevice } from '../domain/entity.ts'
import type { WriteScope } from '../services/operation.ts'
import { managementAccountId as home } from './deployment.ts'
import type { Credentials, Deployment } from './deployment.ts'

export const serial = (name: string) => `arn:aws:iam::${home}:mfa/${name}`

/** A device of a user's, as EnableMFADevice leaves it; answers its codes of now and thereabouts. */
export async function giveDevice(d: Deployment, by: Credentials, name: string) {
  const caller = await d.callerOf(by)
  const ownerId = caller.principal.kind === 'user' ? caller.principal.userId : home
  const gate = { caller, requestId: 'r', now: d.clock.now, region: 'us-east-1' }
  const seed = await d.scopes.write(gate, async (scope) => {
    const { store, secrets, newId, now } = scope as WriteScope
    const id = newId('MFA')
    const { base32Seed, sealed } = secrets.mfa.newSeed(id)
    const device: MfaDevice = {
      kind: 'mfaDevice',
      accountId: home,
      id,
      name: serial(name),
      path: '/',
      createdAt: now,
      tags: [],
      type: 'virtual',
      ownerId,
    }
    await store.insert(device, sealed)
    return base32Bytes(base32Seed)
  })
  return (steps = 0) => ({
    SerialNumber: serial(name),
    TokenCode: totpCode(seed, totpStep(d.clock.now) + steps),
  })
}
