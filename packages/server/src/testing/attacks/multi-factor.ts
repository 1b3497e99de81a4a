import { managementAccountId as home, openDeployment, userWith } from '../deployment.ts'
import type { Credentials } from '../deployment.ts'
import { giveDevice, serial } from '../devices.ts'
import { attackGroup } from './attack.ts'

async function openDevices() {
  const d = await openDeployment()
  const root = await d.root(home)
  const ann = await userWith(d, root, 'Ann')
  const bob = await userWith(d, root, 'Bob')
  const getSession = (by: Credentials, code: object) => d.call(by, 'sts', 'GetSessionToken', code)
  const codes = { ann: await giveDevice(d, ann, 'ann'), bob: await giveDevice(d, bob, 'bob') }
  return { d, ann, bob, codes, getSession }
}

export const multiFactorAttacks = attackGroup(
  'One-time codes',
  openDevices,
  ({ ann, codes, getSession }) => getSession(ann, codes.ann()),
  [
    [
      'a code that was used before',
      'AccessDenied',
      ({ ann, codes, getSession }) => getSession(ann, codes.ann()),
    ],
    [
      'the code before one that was used',
      'AccessDenied',
      ({ ann, codes, getSession }) => getSession(ann, codes.ann(-1)),
    ],
    [
      'a code of a minute ago',
      'AccessDenied',
      ({ bob, codes, getSession }) => getSession(bob, codes.bob(-2)),
    ],
    [
      'a code of the next minute',
      'AccessDenied',
      ({ bob, codes, getSession }) => getSession(bob, codes.bob(2)),
    ],
    [
      'another user’s device with its own code',
      'AccessDenied',
      ({ ann, codes, getSession }) => getSession(ann, codes.bob()),
    ],
    [
      'another user’s code for one’s own device',
      'AccessDenied',
      ({ ann, codes, getSession }) =>
        getSession(ann, { ...codes.bob(), SerialNumber: serial('ann') }),
    ],
    [
      'the serial number in other case',
      'AccessDenied',
      ({ bob, codes, getSession }) =>
        getSession(bob, { ...codes.bob(), SerialNumber: serial('BOB') }),
    ],
    [
      'five guesses, and then the right code',
      'AccessDenied',
      async ({ d, codes, getSession }) => {
        const eve = await userWith(d, await d.root(home), 'Eve')
        const code = await giveDevice(d, eve, 'eve')
        for (let i = 0; i < 5; i++) {
          await getSession(eve, { ...code(), TokenCode: codes.ann(9 + i).TokenCode }).catch(() => 0)
        }
        return getSession(eve, code())
      },
    ],
  ],
)
