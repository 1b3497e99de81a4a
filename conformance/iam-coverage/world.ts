/**
 * Where a row is tried: an account of its own, made for it, in an organization of one server. So
 * rows need no unique names and no cleaning up, and a quota is theirs alone.
 */
import * as sdk from '@aws-sdk/client-iam'
import { Organizations } from '@aws-sdk/client-organizations'
import { STS } from '@aws-sdk/client-sts'
import { adminKey, startServer, type RunningServer } from '../server.ts'
import type { Iam, Input, OperationName, Output } from './row.ts'

/** Quotas that take AWS hundreds of entities to pass; the others are as AWS has them. */
export const quotas = {
  UsersPerAccount: 12,
  GroupsPerAccount: 12,
  RolesPerAccount: 12,
  PoliciesPerAccount: 12,
  InstanceProfilesPerAccount: 12,
  ServerCertificatesPerAccount: 12,
  SAMLProvidersPerAccount: 12,
  OpenIdConnectProvidersPerAccount: 12,
  ClientIdsPerOpenIdConnectProvider: 12,
  DelegationRequestsPerAccount: 12,
}

const accountsMax = 5000

export const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
})

/** A call that is made by another caller than the account's administrator. */
export interface Attempt<I> {
  readonly caller: Iam
  readonly input: I
}

export function by<I>(caller: Iam, input: I): Attempt<I> {
  return { caller, input }
}

export function isAttempt<I>(value: I | Attempt<I>): value is Attempt<I> {
  return typeof value === 'object' && value !== null && 'caller' in value
}

export interface World {
  /** Nothing is in it but the role of its administrator, OrganizationAccountAccessRole. */
  readonly accountId: string
  /** Calls as its administrator, who is a role session. */
  readonly iam: Iam
  /** `arn('group/g')`, in this account. */
  readonly arn: (resource: string) => string
  /** Makes a user who may do everything, and calls as it. */
  readonly user: (name: string) => Promise<Iam>
  /** Calls as a user who is there, with a new access key. */
  readonly as: (userName: string) => Promise<Iam>
  /** Calls as the first administrator, a user of the organization's management account. */
  readonly management: Iam
  /** `o-…/r-…`, which all accounts are below. */
  readonly rootPath: string
  /** Calls as the first administrator of another server, whose account is in no organization. */
  readonly alone: () => Promise<Iam>
  /** Names of the operations that were called in it. */
  readonly called: ReadonlySet<string>
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

interface Account {
  readonly accountId: string
  readonly administrator: Credentials
}

export interface Universe {
  readonly server: RunningServer
  /** A new account, and who calls in it. */
  readonly world: () => Promise<World>
  readonly caller: (credentials: Credentials) => Iam
  /** Calls without a signature. */
  readonly anonymous: Iam
  readonly close: () => Promise<void>
}

type Command = new (input: unknown) => sdk.CreateGroupCommand

/** Calls by name what the SDK has as a class for each operation. */
function callerOf(client: sdk.IAMClient): Iam {
  return <N extends OperationName>(name: N, input: Input<N>) => {
    const Command = sdk[`${name}Command`] as unknown as Command
    return client.send(new Command(input)) as Promise<unknown> as Promise<Output<N>>
  }
}

function noting(caller: Iam, called: Set<string>): Iam {
  return (name, input) => {
    called.add(name)
    return caller(name, input)
  }
}

/** One connection pool for all clients of a server. */
function clients(server: RunningServer) {
  const settings = { endpoint: server.url, region: 'us-east-1', maxAttempts: 1 }
  const first = new sdk.IAMClient({ ...settings, credentials: adminKey })
  const { requestHandler } = first.config
  const shared = { ...settings, requestHandler }
  return {
    iam: (credentials: Credentials) => callerOf(new sdk.IAMClient({ ...shared, credentials })),
    anonymous: callerOf(
      new sdk.IAMClient({
        ...shared,
        credentials: adminKey,
        signer: { sign: (r) => Promise.resolve(r) },
      }),
    ),
    sts: new STS({ ...shared, credentials: adminKey }),
    organizations: new Organizations({ ...shared, credentials: adminKey }),
    destroy: () => first.destroy(),
  }
}

/** Makes accounts in the organization of the management account. */
function accountMaker({ organizations, sts }: ReturnType<typeof clients>) {
  let count = 0
  return async (): Promise<Account> => {
    const n = String(++count)
    const account = { AccountName: n, Email: `${n}@example.com` }
    const { CreateAccountStatus } = await organizations.createAccount(account)
    const accountId = CreateAccountStatus?.AccountId
    if (accountId === undefined) throw new Error('no account')
    const RoleArn = `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`
    const session = await sts.assumeRole({ RoleArn, RoleSessionName: 'coverage' })
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = session.Credentials ?? {}
    const administrator = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    }
    return { accountId, administrator }
  }
}

async function rootPathOf(organizations: Organizations): Promise<string> {
  const { Roots } = await organizations.listRoots({})
  const rootPath = Roots?.[0]?.Arn?.split(':root/')[1]
  if (rootPath === undefined) throw new Error('no root')
  return rootPath
}

export async function openUniverse(): Promise<Universe> {
  const values = { ...quotas, AccountsPerOrganization: accountsMax }
  const args = Object.entries(values).flatMap(([name, n]) => ['--quota', `${name}=${String(n)}`])
  const server = await startServer({ args })
  const our = clients(server)
  const { iam, anonymous } = our
  await our.organizations.createOrganization({})
  const rootPath = await rootPathOf(our.organizations)
  const newAccount = accountMaker(our)
  let next = newAccount()
  let other: Promise<RunningServer> | undefined

  async function world(): Promise<World> {
    const made = next
    next = newAccount() // Made while this one is in use.
    const { accountId, administrator } = await made
    const called = new Set<string>()
    const note = (caller: Iam) => noting(caller, called)
    const admin = iam(administrator)
    const as = async (userName: string) => note(iam(await keyOf(admin, userName)))
    return {
      accountId,
      iam: note(admin),
      arn: (resource) => `arn:aws:iam::${accountId}:${resource}`,
      async user(name) {
        await admin('CreateUser', { UserName: name })
        await admin('PutUserPolicy', {
          UserName: name,
          PolicyName: 'everything',
          PolicyDocument: everything,
        })
        return as(name)
      },
      as,
      management: note(iam(adminKey)),
      rootPath,
      async alone() {
        other ??= startServer()
        return note(clients(await other).iam(adminKey))
      },
      called,
    }
  }

  return {
    server,
    world,
    caller: iam,
    anonymous,
    async close() {
      await next.catch(() => undefined)
      our.destroy()
      await server.stop()
      await (await other)?.stop()
    },
  }
}

/** A new access key of a user. */
export async function keyOf(iam: Iam, UserName: string): Promise<Credentials> {
  const { AccessKey } = await iam('CreateAccessKey', { UserName })
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {}
  return { accessKeyId, secretAccessKey }
}
