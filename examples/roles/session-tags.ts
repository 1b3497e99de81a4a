/**
 * Attribute-based access control: one role for all projects, and the tag of the session decides
 * which users it may act on. Needs a running Bailiwick and its administrator in the environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/roles/session-tags.ts
 */
import {
  CreateUserCommand,
  DeleteUserCommand,
  GetRoleCommand,
  GetUserCommand,
  TagUserCommand,
} from '@aws-sdk/client-iam'
import { assume, iamAs, keyOf, makeRole, makeUser, refused, say, show, stsAs } from '../walk.ts'

const tag = (project: string) => [{ Key: 'project', Value: project }]
const Path = '/projects/'
const own = '${aws:PrincipalTag/project}'

say('A role for all projects: it acts on what is tagged like its session, and makes nothing else')
const frank = await makeUser('frank')
const project = await makeRole('project', {
  trust: {
    Effect: 'Allow',
    Principal: { AWS: frank },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: { StringEqualsIfExists: { 'aws:RequestTag/project': ['a', 'b'] } },
  },
  may: [
    {
      Effect: 'Allow',
      Action: ['iam:GetUser', 'iam:DeleteUser', 'iam:GetRole'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/project': own } },
    },
    {
      // A user that is being made has no tags yet; one that is there has them, under this path.
      Effect: 'Allow',
      Action: ['iam:CreateUser', 'iam:TagUser'],
      Resource: 'arn:aws:iam::*:user/projects/*',
      Condition: {
        StringEquals: { 'aws:RequestTag/project': own },
        StringEqualsIfExists: { 'aws:ResourceTag/project': own },
      },
    },
  ],
})
await makeUser('robot-a', { Path, Tags: tag('a') })
await makeUser('robot-b', { Path, Tags: tag('b') })
const trust = { Effect: 'Allow', Principal: { AWS: frank }, Action: 'sts:AssumeRole' }
await makeRole('runner-a', { trust }, { Tags: tag('a') })
await makeRole('runner-b', { trust }, { Tags: tag('b') })

say('A session of project a reads the user and the role of project a, and not those of b')
const asFrank = stsAs(await keyOf('frank'))
const inA = iamAs(await assume(asFrank, project, { Tags: tag('a') }))
const inB = iamAs(await assume(asFrank, project, { Tags: tag('b') }))
const no = (action: string) => `because no identity-based policy allows the iam:${action} action`
const robot = (of: string) => new GetUserCommand({ UserName: `robot-${of}` })
const runner = (of: string) => new GetRoleCommand({ RoleName: `runner-${of}` })
show((await inA.send(robot('a'))).User?.Arn)
show((await inA.send(runner('a'))).Role?.Arn)
await refused(no('GetUser'), inA.send(robot('b')))
await refused(no('GetRole'), inA.send(runner('b')))

say('The same role in a session of project b: the other way round')
show((await inB.send(robot('b'))).User?.Arn)
await refused(no('GetUser'), inB.send(robot('a')))

say('What it makes carries its project, and it cannot take over what another project has')
const make = (UserName: string, of: string) =>
  new CreateUserCommand({ UserName, Path, Tags: tag(of) })
await refused(no('CreateUser'), inA.send(make('robot-a2', 'b')))
show((await inA.send(make('robot-a2', 'a'))).User?.Arn)
const takeOver = new TagUserCommand({ UserName: 'robot-b', Tags: tag('a') })
await refused(no('TagUser'), inA.send(takeOver))
await refused(no('DeleteUser'), inB.send(new DeleteUserCommand({ UserName: 'robot-a2' })))
await inA.send(new DeleteUserCommand({ UserName: 'robot-a2' }))

say('Without a tag the session acts on nothing; a project the role does not know is refused')
const untagged = iamAs(await assume(asFrank, project))
await refused(no('GetUser'), untagged.send(robot('a')))
const noTag = `is not authorized to perform: sts:AssumeRole on resource: ${project}`
await refused(noTag, assume(asFrank, project, { Tags: tag('c') }))

say('Done: one role, and the tag of the session decided.')
