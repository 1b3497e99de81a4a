/** An authenticator app, for tests: codes of a seed, relative to the deployment's clock. */
import { base32Bytes, totpCode, totpStep } from '../../../credentials/totp.ts'
import type { Iam } from './iam-house.ts'

/** A virtual device, created as root. */
export async function newAuthenticator({ iam, deployment }: Iam, name: string) {
  const created = await iam('CreateVirtualMFADevice', { VirtualMFADeviceName: name })
  const { SerialNumber, Base32StringSeed } = created.VirtualMFADevice
  const seed = base32Bytes(Buffer.from(Base32StringSeed ?? []).toString())
  const code = (step: number): string => totpCode(seed, totpStep(deployment.clock.now) + step)
  const codes = (first: number, second: number) => ({
    AuthenticationCode1: code(first),
    AuthenticationCode2: code(second),
  })
  return { SerialNumber, code, codes }
}

/** The same, assigned to the user. */
export async function enabledAuthenticator(house: Iam, UserName: string, name = UserName) {
  const device = await newAuthenticator(house, name)
  const { SerialNumber } = device
  await house.iam('EnableMFADevice', { UserName, SerialNumber, ...device.codes(-1, 0) })
  return device
}
