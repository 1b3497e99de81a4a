import { managementAccountId as home, openDeployment, policy, userWith } from '../deployment.ts'
import type { Credentials } from '../deployment.ts'
import { attackGroup } from './attack.ts'
import { everyBend, flips, prefixes } from './bent-tokens.ts'

const all = policy({ Effect: 'Allow', Action: '*', Resource: '*' })

async function openSessions() {
  const d = await openDeployment()
  const ours = await userWith(d, await d.root(home), 'Ann', all)
  const theirs = await userWith(d, await d.root('444455556666'), 'Eve', all)
  const another = await openDeployment({ seed: 'another deployment' })
  const stranger = await userWith(another, await another.root(home), 'Ann', all)
  const session = async (by: Credentials, where = d) => {
    const { Credentials } = await where.call(by, 'sts', 'GetSessionToken', {})
    return Credentials as Required<Credentials>
  }
  const use = (credentials: Credentials) => d.call(credentials, 'sts', 'GetCallerIdentity', {})
  return { d, ours, mine: await session(ours), session, use, theirs, another, stranger }
}

export const sessionTokenAttacks = attackGroup(
  'Session tokens',
  openSessions,
  ({ use, mine }) => use(mine),
  [
    ['any one bit of the token altered', 'InvalidClientTokenId', (o) => everyBend(o, flips)],
    ['any end of the token cut off', 'InvalidClientTokenId', (o) => everyBend(o, prefixes)],
    [
      'the token of another key pair of the same user',
      'InvalidClientTokenId',
      async ({ use, mine, session, ours }) =>
        use({ ...mine, SessionToken: (await session(ours)).SessionToken }),
    ],
    [
      'the token of another account',
      'InvalidClientTokenId',
      async ({ use, mine, session, theirs }) =>
        use({ ...mine, SessionToken: (await session(theirs)).SessionToken }),
    ],
    [
      'a whole session of another deployment',
      'InvalidClientTokenId',
      async ({ use, session, stranger, another }) => use(await session(stranger, another)),
    ],
    [
      'a session’s key pair without its token',
      'InvalidClientTokenId',
      ({ use, mine }) => use({ ...mine, SessionToken: undefined as never }),
    ],
    [
      'a long-term key with somebody’s token',
      'InvalidClientTokenId',
      ({ use, mine, ours }) => use({ ...ours, SessionToken: mine.SessionToken }),
    ],
    [
      'a token in the other alphabet of base64',
      'InvalidClientTokenId',
      ({ use, mine }) => use({ ...mine, SessionToken: `${mine.SessionToken}\n` }),
    ],
    [
      'a token after its last second',
      'ExpiredToken',
      async ({ d, use, mine }) => {
        const before = d.clock.now
        d.clock.now = new Date(before.getTime() + 43_200_000)
        try {
          return await use(mine)
        } finally {
          d.clock.now = before
        }
      },
    ],
    [
      'a session of a user who is deleted, and of one made anew under the name',
      'InvalidClientTokenId',
      async ({ d, use, session }) => {
        const root = await d.root(home)
        const gone = await userWith(d, root, 'Gone')
        const old = await session(gone)
        await use(old)
        await d.call(root, 'iam', 'DeleteAccessKey', {
          UserName: 'Gone',
          AccessKeyId: gone.AccessKeyId,
        })
        await d.call(root, 'iam', 'DeleteUser', { UserName: 'Gone' })
        await userWith(d, root, 'Gone')
        return use(old)
      },
    ],
  ],
)
