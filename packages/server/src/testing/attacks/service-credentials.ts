import { managementAccountId as home, openDeployment } from '../deployment.ts'
import type { Credentials } from '../deployment.ts'
import { attackGroup } from './attack.ts'
import { everyBend, flips, prefixes } from './bent-tokens.ts'

const SourceAccount = '444455556666'

async function openServices(seed?: string) {
  const d = await openDeployment({ ...(seed !== undefined && { seed }) })
  const root = await d.root(home)
  await d.root(SourceAccount)
  const credentials = async (name: string, topic = 'news') => {
    const { Credentials } = await d.call(root, 'bailiwick', 'GetServiceCredentials', {
      ServicePrincipal: `${name}.amazonaws.com`,
      SourceArn: `arn:aws:sns:us-east-1:${SourceAccount}:${topic}`,
      SourceAccount,
    })
    return Credentials as Required<Credentials>
  }
  const use = async (given: Credentials) => {
    const caller = await d.callerOf(given)
    if (caller.principal.kind !== 'service') throw new Error('no service')
    return caller
  }
  const { Credentials } = await d.call(root, 'sts', 'GetFederationToken', {
    Name: 'sns.amazonaws.com',
  })
  return {
    d,
    root,
    credentials,
    use,
    mine: await credentials('sns'),
    user: Credentials as Required<Credentials>,
  }
}

/** Attacks on credentials of services: whoever has one sends as SNS does. */
export const serviceCredentialAttacks = attackGroup(
  'Credentials of services',
  () => openServices(),
  ({ use, mine }) => use(mine),
  [
    ['any one bit of the token altered', 'InvalidClientTokenId', (o) => everyBend(o, flips)],
    ['any end of the token cut off', 'InvalidClientTokenId', (o) => everyBend(o, prefixes)],
    [
      'the token of another service',
      'InvalidClientTokenId',
      async ({ use, mine, credentials }) =>
        use({ ...mine, SessionToken: (await credentials('s3')).SessionToken }),
    ],
    [
      'the token of another source',
      'InvalidClientTokenId',
      async ({ use, mine, credentials }) =>
        use({ ...mine, SessionToken: (await credentials('sns', 'other')).SessionToken }),
    ],
    [
      'whole credentials of another deployment',
      'InvalidClientTokenId',
      async ({ use }) => use((await openServices('another deployment')).mine),
    ],
    [
      'the key pair without its token',
      'InvalidClientTokenId',
      ({ use, mine }) => use({ ...mine, SessionToken: undefined as never }),
    ],
    [
      'a token after its last second',
      'ExpiredToken',
      async ({ d, use, mine }) => {
        const before = d.clock.now
        d.clock.now = new Date(before.getTime() + 3_600_000)
        try {
          return await use(mine)
        } finally {
          d.clock.now = before
        }
      },
    ],
    ['a federated user who is named as a service', 'no service', ({ use, user }) => use(user)],
    [
      'got by a service for itself',
      'AccessDenied',
      ({ d, mine }) =>
        d.call(mine, 'bailiwick', 'GetServiceCredentials', {
          ServicePrincipal: 's3.amazonaws.com',
          SourceArn: 'arn:aws:s3:::in',
          SourceAccount,
        }),
    ],
    [
      'got by root of another account, for a source of its own',
      'AccessDenied',
      async ({ d }) =>
        d.call(await d.root(SourceAccount), 'bailiwick', 'GetServiceCredentials', {
          ServicePrincipal: 'sns.amazonaws.com',
          SourceArn: `arn:aws:sns:us-east-1:${SourceAccount}:news`,
          SourceAccount,
        }),
    ],
  ],
)
