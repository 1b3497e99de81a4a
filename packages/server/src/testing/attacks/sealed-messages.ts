import { managementAccountId as home, openDeployment, policy, userWith } from '../deployment.ts'
import type { Credentials } from '../deployment.ts'
import { attackGroup } from './attack.ts'

const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' })

async function openMessages() {
  const d = await openDeployment()
  const ann = await userWith(d, await d.root(home), 'Ann', all)
  const eve = await userWith(d, await d.root('444455556666'), 'Eve', all)
  const nobody = await userWith(d, await d.root(home), 'Nobody')
  const message = d.messages.seal(`authorization of ${home}`, '{"allowed":false}')
  const decode = (by: Credentials, EncodedMessage: string) =>
    d.call(by, 'sts', 'DecodeAuthorizationMessage', { EncodedMessage })
  return { d, ann, eve, nobody, message, decode }
}

const notValid = 'InvalidAuthorizationMessageException'

export const sealedMessageAttacks = attackGroup(
  'Encoded authorization messages',
  openMessages,
  ({ decode, ann, message }) => decode(ann, message),
  [
    [
      'decoded by who may not',
      'AccessDenied',
      ({ decode, nobody, message }) => decode(nobody, message),
    ],
    ['decoded in another account', notValid, ({ decode, eve, message }) => decode(eve, message)],
    [
      'one bit altered',
      notValid,
      ({ decode, ann, message }) => {
        const bytes = Buffer.from(message, 'base64url')
        bytes[40] = (bytes[40] ?? 0) ^ 1
        return decode(ann, bytes.toString('base64url'))
      },
    ],
    [
      'a session token in its place',
      notValid,
      async ({ d, decode, ann }) => {
        const { Credentials } = await d.call(ann, 'sts', 'GetSessionToken', {})
        const bytes = Buffer.from(Credentials?.SessionToken ?? '', 'base64')
        return decode(ann, bytes.toString('base64url'))
      },
    ],
    [
      'a message sealed for another purpose',
      notValid,
      ({ d, decode, ann }) => decode(ann, d.messages.seal('sign-in', '{}')),
    ],
  ],
)
