/** A deployment in memory, for tests: the real store, principals and decisions, without a wire. */
import { createHash, randomUUID } from 'node:crypto'
import { Refusal, runOperation } from '@bailiwick/gateway'
import type { AnyOperation, Caller, CallerProof, Check, GateScope } from '@bailiwick/gateway'
import { decide } from '@bailiwick/policy'
import type { ContextValue } from '@bailiwick/policy'
import type {
  BailiwickOperations,
  Ec2Operations,
  IamOperations,
  OperationInput,
  OrganizationsOperations,
  StsOperations,
} from '@bailiwick/wire'
import { onTestFinished } from 'vitest'
import { sealingKey } from '../credentials/seal.ts'
import { createSealedMessages } from '../credentials/sealed-messages.ts'
import { createSecrets, createSecretVault } from '../credentials/secrets.ts'
import { openSessionKeys } from '../credentials/session-keys.ts'
import type { SessionKeys } from '../credentials/session-keys.ts'
import { createSessionTokens } from '../credentials/session-token.ts'
import { createTradeInTokens } from '../credentials/trade-in-token.ts'
import { createWebIdentityKeys } from '../credentials/web-identity-keys.ts'
import type { WebIdentityKeys } from '../credentials/web-identity-keys.ts'
import { quotaDefaults } from '../domain/quota.ts'
import { createFederation } from '../federation/federation.ts'
import type { FederationOptions } from '../federation/federation.ts'
import { FetchFailure } from '../federation/oidc/fetch-failure.ts'
import { openManagedPolicies } from '../managed-policies/catalog.ts'
import { denyAll } from '../principals/compiled-policies.ts'
import { createPrincipals, type Principals } from '../principals/principals.ts'
import { createAdoption, type BackedService } from '../resources/adoption.ts'
import { openResources, type Resources } from '../resources/resources.ts'
import { bailiwickOperations } from '../services/bailiwick/index.ts'
import { ec2Operations } from '../services/ec2/index.ts'
import { iamOperations, reportMakers } from '../services/iam/index.ts'
import { KeptRefusals } from '../services/kept-refusals.ts'
import type { Scope } from '../services/operation.ts'
import { organizationsOperations } from '../services/organizations/index.ts'
import { noRoleUsage } from '../services/role-usage.ts'
import type { RoleUsagePort } from '../services/role-usage.ts'
import { ReportJobs } from '../services/report-jobs.ts'
import type { ReportJobsOptions } from '../services/report-jobs.ts'
import { createScopes } from '../services/scopes.ts'
import { stsOperations } from '../services/sts/index.ts'
import type { SecretsPort } from '../credentials/port.ts'
import type { Store } from '../store/port.ts'
import { openSqliteStore } from '../store/sqlite/open.ts'

export interface Credentials {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken?: string
}

type Services = {
  iam: IamOperations
  sts: StsOperations
  organizations: OrganizationsOperations
  ec2: Ec2Operations
  bailiwick: BailiwickOperations
}
type Io<S extends keyof Services, N extends keyof Services[S]> = Services[S][N] extends {
  input: infer I
  output: infer O
}
  ? { input: I; output: O }
  : never

const operationsOf: Record<keyof Services, ReadonlyMap<string, AnyOperation<Scope>>> = {
  iam: iamOperations,
  sts: stsOperations,
  organizations: organizationsOperations,
  ec2: ec2Operations,
  bailiwick: bailiwickOperations,
}

/** Bytes that never repeat, the same in each run. */
function randomStream(seed: string): (length: number) => Uint8Array {
  let counter = 0
  return (length) => {
    const blocks: Buffer[] = []
    for (let size = 0; size < length; size += 32) {
      blocks.push(createHash('sha256').update(`${seed}/${counter++}`).digest())
    }
    return Buffer.concat(blocks).subarray(0, length)
  }
}

export const managementAccountId = '111122223333'

/** A root key of an account that is made where it is not there. */
async function rootKey(
  store: Store,
  secrets: SecretsPort,
  now: Date,
  accountId: string,
): Promise<Credentials> {
  const { accessKeyId, secretAccessKey, sealed } = secrets.newAccessKey(accountId)
  await store.write({ accountId, eventId: 'test', now }, async (tx) => {
    if (!(await tx.account(accountId))) {
      const email = `${accountId}@example.com`
      await tx.insertAccount({ accountId, name: accountId, email, createdAt: now })
    }
    const names = { id: accessKeyId, name: accessKeyId, path: '/', parentId: accountId }
    const key = { kind: 'accessKey', accountId, ...names, status: 'Active' } as const
    await tx.insert({ ...key, createdAt: now, tags: [] }, sealed)
  })
  return { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey }
}

/** What a test may put in place of what the house has, or does not have yet. */
export interface DeploymentOptions {
  /** The backends that resources are adopted from. */
  readonly backed?: readonly BackedService[]
  readonly roleUsage?: RoleUsagePort
  readonly notify?: Scope['notify']
  /** Of its keys and ids: another one is another deployment. */
  readonly seed?: string
  /** What identity providers answer; without it none does. */
  readonly getDocument?: FederationOptions['getDocument']
  /** Assertions issued before may have been used before. */
  readonly startedAt?: Date
}

type Reporting = Pick<ReportJobsOptions, 'store' | 'principals' | 'managedPolicies' | 'partition'>

/** Makes reports, which `holdReports` keeps in progress until what it answers is called. */
function openReports(parts: Reporting, clock: { readonly now: Date }, failures: string[]) {
  let mayReport = Promise.resolve()
  const jobs = new ReportJobs({
    ...parts,
    makers: reportMakers,
    clock: () => clock.now,
    flushUses: () => mayReport,
    reportFailure: (cause) => void failures.push(String(cause)),
  })
  function holdReports(): () => void {
    let letGo = () => {}
    mayReport = new Promise((resolve) => (letGo = resolve))
    return letGo
  }
  return { jobs, holdReports }
}

function tokensOf(keys: SessionKeys, webIdentityKeys: WebIdentityKeys) {
  const messages = createSealedMessages(keys)
  return { tradeIns: createTradeInTokens(keys), messages, webIdentityKeys }
}

function openRegistry(store: Store, { compiledPolicy }: Principals) {
  const newId = () => `resource-${randomUUID()}`
  return openResources({ store, partition: 'aws', newId, compiledPolicy, denyAll })
}

function adoptionFrom(resources: Resources, backed: readonly BackedService[]) {
  const about = { resources, operatorAccountId: managementAccountId, partition: 'aws' }
  return createAdoption({ ...about, backed })
}

const noProvider = () => Promise.reject(new FetchFailure('unreachable', 'no provider'))

export async function openDeployment({
  roleUsage = noRoleUsage,
  notify = () => {},
  seed = 'deployment',
  getDocument = noProvider,
  startedAt = new Date(0),
  backed = [],
}: DeploymentOptions = {}) {
  const store = await openSqliteStore({ memory: true })
  onTestFinished(() => store.close())
  const clock = { now: new Date('2026-11-24T12:00:00Z') }
  const randomBytes = randomStream(seed)
  const vault = createSecretVault([sealingKey(randomBytes(32))], randomBytes)
  const keyStorage = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() }
  const keys = await openSessionKeys(keyStorage, vault, randomBytes, clock.now)
  const sessions = createSessionTokens(keys, randomBytes)
  const managedPolicies = openManagedPolicies('aws')
  const reports: string[] = []
  const principals = createPrincipals({
    ...{ store, vault, sessions, managedPolicies, partition: 'aws' },
    report: (message) => void reports.push(message),
  })
  const tokens = tokensOf(keys, createWebIdentityKeys(keyStorage, vault))
  const secrets = createSecrets(vault, randomBytes, { memory: 64, passes: 1, parallelism: 1 })
  const refusals = new KeptRefusals(principals.policyText)
  const reporting = { store, principals, managedPolicies, partition: 'aws' }
  const { jobs, holdReports } = openReports(reporting, clock, reports)
  const resources = await openRegistry(store, principals)
  const scopes = createScopes({
    registry: adoptionFrom(resources, backed),
    ...{ store, principals, partition: 'aws', managedPolicies, randomBytes, secrets, sessions },
    ...{ ...tokens, refusals, roleUsage, notify, reports: jobs },
    quota: (_accountId, name) => quotaDefaults[name],
  })
  const federation = createFederation({
    ...{ store, vault, partition: 'aws', privateIssuers: new Map(), getDocument },
    startedAt,
    report: (message) => void reports.push(message),
  })

  async function callerOf(credentials: Credentials): Promise<Caller> {
    const { AccessKeyId, SessionToken } = credentials
    const found = await principals.lookup(AccessKeyId, SessionToken, clock.now)
    if (!found.ok) throw new Error(found.problem)
    if (found.secretAccessKey !== credentials.SecretAccessKey) throw new Error('another secret')
    return found.caller
  }

  /** As the pipeline does it: the call's caller, its checks by the real engine, its handler. */
  async function call<S extends keyof Services, N extends keyof Services[S] & string>(
    credentials: Credentials | 'proof',
    service: S,
    name: N,
    input: Io<S, N>['input'],
  ): Promise<Io<S, N>['output']> {
    const operation = operationsOf[service].get(name)
    if (!operation) throw new Error(`no operation ${service}:${name}`)
    const caller = await (credentials === 'proof'
      ? federation.prove(operation.proof?.(input) as CallerProof, clock.now)
      : callerOf(credentials))
    const gate: GateScope = { caller, requestId: 'test', now: clock.now, region: 'us-east-1' }
    const run = { operation, input: input as OperationInput, gate }
    const output = await runOperation(run, scopes, enforced(operation, input))
    return output as Io<S, N>['output']
  }

  const ports = { secrets, sessions, randomBytes, ...tokens, resources }
  const parts = { store, ...ports, clock, principals, scopes, refusals, reports, jobs, holdReports }
  return { ...parts, root: (id: string) => rootKey(store, secrets, clock.now, id), call, callerOf }
}

export type Deployment = Awaited<ReturnType<typeof openDeployment>>

/** Refuses at the first check that is not allowed, as the gate does. */
function enforced(operation: AnyOperation<Scope>, input: unknown) {
  return (scope: Scope, resolved: unknown): void => {
    for (const check of operation.authorize(input, scope, resolved)) {
      const action = check.action ?? `${operation.service}:${operation.name}`
      const { decision, context } = decideCheck(scope, action, check)
      if (decision.decision === 'allowed') continue
      const refused = { action, decision, context }
      const message =
        operation.refusal?.(input, scope, check, refused) ?? `AccessDenied ${decision.blockedBy}`
      throw new Refusal('AccessDenied', message)
    }
  }
}

function decideCheck(scope: Scope, action: string, check: Check) {
  const context = new Map<string, ContextValue>(scope.caller.contextKeys)
  for (const [key, value] of Object.entries(check.contextKeys ?? {})) {
    if (value !== undefined) context.set(key.toLowerCase(), value)
  }
  const { resourceAccountId, resourcePolicies } = check
  const decision = decide(
    {
      principal: scope.caller.principal,
      action,
      resource: check.resourceArn,
      ...(resourceAccountId !== undefined && { resourceAccountId }),
      context,
    },
    { ...scope.caller.policies, ...(resourcePolicies && { resource: resourcePolicies }) },
  )
  return { decision, context }
}

/** A policy text of one statement. */
export function policy(statement: Record<string, unknown>): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
}

/** A trust policy that lets these principals assume the role, tag it and name a source. */
export function trust(aws: string | readonly string[], condition?: unknown): string {
  const Action = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']
  return policy({
    Effect: 'Allow',
    Principal: { AWS: aws },
    Action,
    ...(condition !== undefined && { Condition: condition }),
  })
}

/** A user with an access key and, where given, one inline policy. */
export async function userWith(
  { call }: Deployment,
  root: Credentials,
  name: string,
  document?: string,
): Promise<Credentials & { readonly arn: string }> {
  const { User } = await call(root, 'iam', 'CreateUser', { UserName: name })
  if (document !== undefined) {
    const inline = { UserName: name, PolicyName: 'P', PolicyDocument: document }
    await call(root, 'iam', 'PutUserPolicy', inline)
  }
  const { AccessKey } = await call(root, 'iam', 'CreateAccessKey', { UserName: name })
  return { ...AccessKey, arn: User?.Arn ?? '' }
}
