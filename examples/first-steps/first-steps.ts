/**
 * First steps with the AWS SDK for JavaScript: the same walk as `first-steps.sh`. Needs a running
 * Bailiwick and its administrator in the environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/first-steps/first-steps.ts
 */
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRoleCommand,
  IAMClient,
  ListRolesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const region = 'us-east-1'
const iamAs = (credentials?: Credentials) =>
  new IAMClient({ region, ...(credentials && { credentials }) })
const stsAs = (credentials?: Credentials) =>
  new STSClient({ region, ...(credentials && { credentials }) })

function say(text: string): void {
  process.stdout.write(`\n== ${text}\n`)
}

/** The call must be refused, and say these words. */
async function refused(words: string, call: Promise<unknown>): Promise<void> {
  const error = await call.then(
    () => new Error('should have been refused'),
    (reason: unknown) => reason as Error,
  )
  process.stdout.write(`${error.message}\n`)
  if (!error.message.includes(words)) throw new Error(`refused, but without the words: ${words}`)
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the answer has no ${what}`)
  return value
}

async function assume(as: STSClient, input: AssumeRoleCommand['input']): Promise<Credentials> {
  const { Credentials: issued } = await as.send(new AssumeRoleCommand(input))
  return {
    accessKeyId: present(issued?.AccessKeyId, 'AccessKeyId'),
    secretAccessKey: present(issued?.SecretAccessKey, 'SecretAccessKey'),
    sessionToken: present(issued?.SessionToken, 'SessionToken'),
  }
}

async function userWithKey(admin: IAMClient): Promise<Credentials> {
  say('A user with an access key')
  await admin.send(new CreateUserCommand({ UserName: 'ann', Path: '/staff/' }))
  const { AccessKey } = await admin.send(new CreateAccessKeyCommand({ UserName: 'ann' }))
  return {
    accessKeyId: present(AccessKey?.AccessKeyId, 'AccessKeyId'),
    secretAccessKey: present(AccessKey?.SecretAccessKey, 'SecretAccessKey'),
  }
}

async function readersMayRead(admin: IAMClient, ann: IAMClient): Promise<void> {
  say('A new user may do nothing; ReadOnlyAccess through a group lets it read, not write')
  const noPolicy = 'because no identity-based policy allows the iam:ListUsers action'
  await refused(noPolicy, ann.send(new ListUsersCommand({})))
  await admin.send(new CreateGroupCommand({ GroupName: 'readers' }))
  const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
  await admin.send(new AttachGroupPolicyCommand({ GroupName: 'readers', PolicyArn }))
  await admin.send(new AddUserToGroupCommand({ GroupName: 'readers', UserName: 'ann' }))
  const { Users } = await ann.send(new ListUsersCommand({}))
  process.stdout.write(`${(Users ?? []).map((user) => user.Arn).join('\n')}\n`)
  const readOnly = 'because no identity-based policy allows the iam:CreateUser action'
  await refused(readOnly, ann.send(new CreateUserCommand({ UserName: 'bob' })))
}

async function secondAccount(): Promise<string> {
  say('A second account, made the way AWS makes one')
  const organizations = new OrganizationsClient({ region })
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  const request = { AccountName: 'second', Email: 'second@example.com' }
  const { CreateAccountStatus } = await organizations.send(new CreateAccountCommand(request))
  const CreateAccountRequestId = present(CreateAccountStatus?.Id, 'Id')
  const status = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId })
  const { CreateAccountStatus: done } = await organizations.send(status)
  return present(done?.AccountId, 'AccountId')
}

async function main(): Promise<void> {
  say('Who am I?')
  const { Account, Arn } = await stsAs().send(new GetCallerIdentityCommand({}))
  process.stdout.write(`${String(Account)} ${String(Arn)}\n`)
  const admin = iamAs()
  const ann = await userWithKey(admin)
  await readersMayRead(admin, iamAs(ann))
  const second = await secondAccount()

  say('There, a role that trusts ann when she knows the external id')
  const RoleArn = `arn:aws:iam::${second}:role/OrganizationAccountAccessRole`
  const inSecond = iamAs(await assume(stsAs(), { RoleArn, RoleSessionName: 'setup' }))
  const trust = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${String(Account)}:user/staff/ann` },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': 'blue-whale' } },
    },
  }
  const RoleName = 'partner'
  const AssumeRolePolicyDocument = JSON.stringify(trust)
  await inSecond.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const PolicyArn = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess'
  await inSecond.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))

  say('Both sides must agree; then the external id decides')
  const partner = { RoleArn: `arn:aws:iam::${second}:role/partner`, RoleSessionName: 'work' }
  const no = `is not authorized to perform: sts:AssumeRole on resource: ${partner.RoleArn}`
  const withId = { ...partner, ExternalId: 'blue-whale' }
  await refused(no, assume(stsAs(ann), withId))
  const mayAssume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: partner.RoleArn }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: mayAssume })
  const PolicyName = 'enter-partner'
  await admin.send(new PutUserPolicyCommand({ UserName: 'ann', PolicyName, PolicyDocument }))
  await refused(no, assume(stsAs(ann), partner))
  const atPartner = iamAs(await assume(stsAs(ann), withId))
  const { Roles } = await atPartner.send(new ListRolesCommand({}))
  process.stdout.write(`${(Roles ?? []).map((role) => role.RoleName).join('\n')}\n`)
  const readOnly = 'because no identity-based policy allows the iam:DeleteRole action'
  await refused(readOnly, atPartner.send(new DeleteRoleCommand({ RoleName })))
  say('Done: nothing was allowed until a policy allowed it.')
}

await main()
