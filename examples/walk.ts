/** What the examples share: clients by credentials, and calls that must be refused. */
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import type { CreateRoleCommandInput, CreateUserCommandInput } from '@aws-sdk/client-iam'
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import type { Credentials as IssuedCredentials } from '@aws-sdk/client-sts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export const region = 'us-east-1'

/** Without credentials, whoever the environment says. */
export const iamAs = (credentials?: Credentials) =>
  new IAMClient({ region, ...(credentials && { credentials }) })
export const stsAs = (credentials?: Credentials) =>
  new STSClient({ region, ...(credentials && { credentials }) })

/** The administrator of the environment. */
export const admin = iamAs()

export function say(text: string): void {
  process.stdout.write(`\n== ${text}\n`)
}

export function show(text: string | undefined): void {
  process.stdout.write(`${text ?? ''}\n`)
}

/** The call must be refused, and say these words. */
export async function refused(words: string, call: Promise<unknown>): Promise<void> {
  const error = await call.then(
    () => new Error('should have been refused'),
    (reason: unknown) => reason as Error,
  )
  show(error.message)
  if (!error.message.includes(words)) throw new Error(`refused, but without the words: ${words}`)
}

export function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the answer has no ${what}`)
  return value
}

export function policy(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement })
}

export async function identityOf(sts: STSClient): Promise<{ account: string; arn: string }> {
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}))
  return { account: present(Account, 'Account'), arn: present(Arn, 'Arn') }
}

/** What STS issued, as clients want it. */
export function credentialsOf(issued: IssuedCredentials | undefined): Credentials {
  return {
    accessKeyId: present(issued?.AccessKeyId, 'AccessKeyId'),
    secretAccessKey: present(issued?.SecretAccessKey, 'SecretAccessKey'),
    sessionToken: present(issued?.SessionToken, 'SessionToken'),
  }
}

export async function assume(
  as: STSClient,
  RoleArn: string,
  more: Partial<AssumeRoleCommand['input']> = {},
): Promise<Credentials> {
  const input = { RoleArn, RoleSessionName: 'work', ...more }
  const { Credentials: issued } = await as.send(new AssumeRoleCommand(input))
  return credentialsOf(issued)
}

export async function makeUser(
  UserName: string,
  more: Partial<CreateUserCommandInput> = {},
): Promise<string> {
  const { User } = await admin.send(new CreateUserCommand({ UserName, ...more }))
  return present(User?.Arn, 'Arn')
}

export async function keyOf(UserName: string): Promise<Credentials> {
  const { AccessKey } = await admin.send(new CreateAccessKeyCommand({ UserName }))
  return {
    accessKeyId: present(AccessKey?.AccessKeyId, 'AccessKeyId'),
    secretAccessKey: present(AccessKey?.SecretAccessKey, 'SecretAccessKey'),
  }
}

export async function userMay(UserName: string, ...statements: readonly object[]): Promise<void> {
  const PolicyDocument = policy(...statements)
  await admin.send(new PutUserPolicyCommand({ UserName, PolicyName: 'may', PolicyDocument }))
}

/** A role whom `trust` lets in, and which may do what `may` says; its ARN. */
export async function makeRole(
  RoleName: string,
  { trust, may }: { readonly trust: object; readonly may?: readonly object[] },
  { iam = admin, ...more }: { iam?: IAMClient } & Partial<CreateRoleCommandInput> = {},
): Promise<string> {
  const AssumeRolePolicyDocument = policy(trust)
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more }),
  )
  if (may) {
    const PolicyDocument = policy(...may)
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'may', PolicyDocument }))
  }
  return present(Role?.Arn, 'Arn')
}

/** A second account, in the organization of the first; its id. */
export async function makeAccount(name: string): Promise<string> {
  const organizations = new OrganizationsClient({ region })
  const create = new CreateOrganizationCommand({ FeatureSet: 'ALL' })
  await organizations.send(create).catch((error: unknown) => {
    if ((error as Error).name !== 'AlreadyInOrganizationException') throw error
  })
  const request = { AccountName: name, Email: `${name}@example.com` }
  const { CreateAccountStatus } = await organizations.send(new CreateAccountCommand(request))
  const CreateAccountRequestId = present(CreateAccountStatus?.Id, 'Id')
  const status = new DescribeCreateAccountStatusCommand({ CreateAccountRequestId })
  const { CreateAccountStatus: done } = await organizations.send(status)
  return present(done?.AccountId, 'AccountId')
}

/** Whoever administers the first account administers the others by the role they are made with. */
export async function administratorOf(account: string): Promise<Credentials> {
  return assume(stsAs(), `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`)
}
