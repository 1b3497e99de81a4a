/**
 * A role that enters another role: for an hour at most, and with the tags that are transitive.
 * Needs a running Bailiwick and its administrator in the environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/roles/chaining.ts
 */
import { ListGroupsCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import {
  assume,
  iamAs,
  identityOf,
  keyOf,
  makeRole,
  makeUser,
  refused,
  say,
  show,
  stsAs,
} from '../walk.ts'

const twoHours = 7200

/** May be entered, with tags, by this principal. */
const letsIn = (principal: string) => ({
  Effect: 'Allow',
  Principal: { AWS: principal },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
})
const taggedMay = (action: string, key: string, value: string) => ({
  Effect: 'Allow',
  Action: action,
  Resource: '*',
  Condition: { StringEquals: { [`aws:PrincipalTag/${key}`]: value } },
})

say('Erin may enter the role hub, which may enter the role spoke; both last two hours')
const erin = await makeUser('erin')
const MaxSessionDuration = twoHours
const may = [
  taggedMay('iam:ListUsers', 'team', 'blue'),
  taggedMay('iam:ListGroups', 'ticket', '4711'),
]
const hub = await makeRole('hub', { trust: letsIn(erin), may }, { MaxSessionDuration })
const spoke = await makeRole('spoke', { trust: letsIn(hub), may }, { MaxSessionDuration })

say('With her own key, she enters the hub for two hours, and not the spoke')
const asErin = stsAs(await keyOf('erin'))
const Tags = [
  { Key: 'team', Value: 'blue' },
  { Key: 'ticket', Value: '4711' },
]
const tagged = { Tags, TransitiveTagKeys: ['team'] }
const inHub = await assume(asErin, hub, { ...tagged, DurationSeconds: twoHours })
const no = 'is not authorized to perform: sts:AssumeRole on resource: '
await refused(no + spoke, assume(asErin, spoke))
await iamAs(inHub).send(new ListUsersCommand({}))
await iamAs(inHub).send(new ListGroupsCommand({}))

say('From the hub into the spoke: not for longer than an hour')
const asHub = stsAs(inHub)
const anHour = '1 hour session limit for roles assumed by role chaining'
await refused(anHour, assume(asHub, spoke, { DurationSeconds: 3601 }))
const inSpoke = await assume(asHub, spoke, { DurationSeconds: 3600 })
show((await identityOf(stsAs(inSpoke))).arn)

say('The transitive tag went along; the other did not')
const { Users } = await iamAs(inSpoke).send(new ListUsersCommand({}))
show(`as team blue: ${String(Users?.length)} users`)
const without = 'because no identity-based policy allows the iam:ListGroups action'
await refused(without, iamAs(inSpoke).send(new ListGroupsCommand({})))

say('A transitive tag cannot be given another value on the way')
const red = { Tags: [{ Key: 'team', Value: 'red' }] }
await refused('conflicts with a transitive tag key', assume(asHub, spoke, red))

say('Done: a chain of roles is short-lived, and its transitive tags stay what they were.')
