/**
 * Deleting users takes a second factor: a device is set up, its codes are made here as an
 * authenticator app makes them, and a session with one may do what the key alone may not. Needs a
 * running Bailiwick and its administrator in the environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/roles/mfa.ts
 */
import {
  CreateVirtualMFADeviceCommand,
  DeleteUserCommand,
  EnableMFADeviceCommand,
} from '@aws-sdk/client-iam'
import { GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { createHmac } from 'node:crypto'
import {
  credentialsOf,
  iamAs,
  keyOf,
  makeUser,
  present,
  refused,
  say,
  show,
  stsAs,
  userMay,
} from '../walk.ts'

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code of a device's seed in a step of thirty seconds. Source: RFC 6238 and RFC 4226. */
function totp(seed: string, step: number): string {
  const bits = [...seed].map((char) => base32.indexOf(char).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', key).update(counter).digest()
  const offset = mac.readUInt8(mac.length - 1) & 0xf
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 1_000_000).padStart(6, '0')
}

say('Gina looks after her own device, and deletes users if she showed a code')
await makeUser('leaver')
const gina = await makeUser('gina')
const serial = gina.replace(':user/', ':mfa/')
await userMay(
  'gina',
  {
    Effect: 'Allow',
    Action: ['iam:CreateVirtualMFADevice', 'iam:EnableMFADevice'],
    Resource: ['arn:aws:iam::*:mfa/${aws:username}', 'arn:aws:iam::*:user/${aws:username}'],
  },
  {
    Effect: 'Allow',
    Action: 'iam:DeleteUser',
    Resource: '*',
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  },
)
const key = await keyOf('gina')

say('A virtual device, enabled with two of its codes in a row')
const made = await iamAs(key).send(
  new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'gina' }),
)
const seed = Buffer.from(present(made.VirtualMFADevice?.Base32StringSeed, 'seed')).toString()
const step = Math.floor(Date.now() / 30_000)
const device = { UserName: 'gina', SerialNumber: serial }
const [before, current, next] = [totp(seed, step - 1), totp(seed, step), totp(seed, step + 1)]
const enable = (AuthenticationCode1: string, AuthenticationCode2: string) =>
  iamAs(key).send(
    new EnableMFADeviceCommand({ ...device, AuthenticationCode1, AuthenticationCode2 }),
  )
await refused('Authentication code for device is not valid', enable(current, before))
await enable(before, current)
show(serial)

say('With the key alone, or a session without a code, nobody is deleted')
const leaver = () => new DeleteUserCommand({ UserName: 'leaver' })
const no = 'because no identity-based policy allows the iam:DeleteUser action'
await refused(no, iamAs(key).send(leaver()))
const session = (code: object = {}) => stsAs(key).send(new GetSessionTokenCommand(code))
const withoutCode = credentialsOf((await session()).Credentials)
await refused(
  'The security token included in the request is invalid',
  iamAs(withoutCode).send(leaver()),
)

say('A code counts once: the one that enabled the device is used up, and so is the next after use')
const withCode = (TokenCode: string) => session({ SerialNumber: serial, TokenCode })
const usedUp = 'MultiFactorAuthentication failed with invalid MFA one time pass code'
await refused(usedUp, withCode(current))
const proven = credentialsOf((await withCode(next)).Credentials)
await refused(usedUp, withCode(next))

say('A session with a code deletes')
await iamAs(proven).send(leaver())
show('leaver is deleted')
say('Done: what takes a second factor was done with one, and not without.')
