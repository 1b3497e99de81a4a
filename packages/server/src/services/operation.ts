import type { CallerProof, Check, GateScope, OwnOperation, RefusedCheck } from '@bailiwick/gateway'
import type { CompiledPolicy, PolicyType } from '@bailiwick/policy'
import type {
  BailiwickOperations,
  Ec2Operations,
  IamOperations,
  OrganizationsOperations,
  StsOperations,
} from '@bailiwick/wire'
import type { SecretsPort, SessionsPort, TradeInTokensPort } from '../credentials/port.ts'
import type { Group, Role, User } from '../domain/entity.ts'
import type { RegistryPort } from '../domain/registry.ts'
import type { HeldPolicies, KnownPrincipal } from '../domain/held-policy.ts'
import type { SealedMessagesPort } from '../credentials/sealed-messages.ts'
import type { WebIdentityKeys } from '../credentials/web-identity-keys.ts'
import type { ManagedPolicyCatalog } from '../domain/managed-policy-catalog.ts'
import type { QuotaName } from '../domain/quota.ts'
import type { StoreReader, StoreTransaction } from '../store/port.ts'
import type { RefusalsPort } from './kept-refusals.ts'
import type { RoleUsagePort } from './role-usage.ts'
import type { ReportsPort } from './report-jobs.ts'

/** The operations of the services we handle, typed from their models. */
export interface ServiceOperations {
  readonly iam: IamOperations
  readonly sts: StsOperations
  readonly organizations: OrganizationsOperations
  readonly ec2: Ec2Operations
  readonly bailiwick: BailiwickOperations
}

/** What an operation has to work with. Everything that is not a function of the input is here. */
export interface Scope extends GateScope {
  /** The account the call is about: the caller's. */
  readonly accountId: string
  readonly partition: string
  /** One snapshot; in an operation that mutates, its transaction. */
  readonly store: StoreReader
  /** The current quota of the account, raised or not. */
  readonly quota: (name: QuotaName) => number
  /**
   * A new unique id: `newId('AIDA')` → AIDA and 17 characters, carrying the account: the scope's,
   * or the one given.
   */
  readonly newId: (prefix: string, accountId?: string) => string
  /** From a CSPRNG; a test fixes them. For ids that are not IAM's: accounts, organizations. */
  readonly randomBytes: (length: number) => Uint8Array
  readonly managedPolicies: ManagedPolicyCatalog
  /** A stored policy ready to be decided on; undefined where it does not parse: then deny. */
  readonly compiledPolicy: (text: string, policyType: PolicyType) => CompiledPolicy | undefined
  /** What binds a user, group or role, as decisions see it, with the texts. */
  readonly heldPolicies: (holder: User | Group | Role) => Promise<HeldPolicies>
  /** A user or role as decisions see it. */
  readonly knownPrincipal: (entity: User | Role) => Promise<KnownPrincipal>
  readonly secrets: SecretsPort
  readonly sessions: SessionsPort
  readonly tradeIns: TradeInTokensPort
  readonly webIdentityKeys: WebIdentityKeys
  /** What is sealed for ourselves: encoded authorization messages. */
  readonly messages: SealedMessagesPort
  readonly refusals: RefusalsPort
  readonly registry: RegistryPort
  readonly roleUsage: RoleUsagePort
  readonly reports: ReportsPort
  /** Tells the subscribers of an SNS topic; whether it reaches them is not waited for. */
  readonly notify: (topicArn: string, message: object) => void
}

/** What is to be read of an account, whoever asks. */
export type AccountScope = Pick<
  Scope,
  'accountId' | 'partition' | 'store' | 'managedPolicies' | 'heldPolicies'
>

/** The scope of an operation that mutates. */
export interface WriteScope extends Scope {
  readonly store: StoreTransaction
}

type Operations<S extends keyof ServiceOperations> = ServiceOperations[S]
type Input<
  S extends keyof ServiceOperations,
  N extends keyof Operations<S>,
> = Operations<S>[N] extends { input: infer I } ? I : never
type Output<
  S extends keyof ServiceOperations,
  N extends keyof Operations<S>,
> = Operations<S>[N] extends { output: infer O } ? O : never

/** What `prepare` has to work with: the snapshot is closed, the transaction not open yet. */
export type PrepareScope = Omit<Scope, 'store'>

interface Definition<I, O, R, S extends Scope, P = undefined> {
  /** Of a read: the inputs with which it is a write, whose transaction is `transactionOf`. */
  readonly mutatesWith?: (input: I) => boolean
  readonly access?: 'anyCaller' | 'anonymous'
  /** Reads what the checks and the handler need; undefined for what does not exist. */
  readonly resolve?: (input: I, scope: Scope) => Promise<R>
  /** One check or several; see `Check`. */
  readonly authorize: (input: I, scope: Scope, resolved: R) => Check | readonly Check[]
  readonly handle: (input: I, scope: S, resolved: R, prepared: P) => Promise<O>
  /** Slow work before the transaction, or the snapshot that is handled in; see `OwnOperation`. */
  readonly prepare?: (input: I, scope: PrepareScope, resolved: R) => Promise<P>
  readonly refusal?: (input: I, scope: Scope, check: Check, refused: RefusedCheck) => string
  readonly proof?: (input: I) => CallerProof
}

/** A write may say whether what it prepared still holds; see `OwnOperation`. */
interface WriteDefinition<I, O, R, P, S extends Scope = WriteScope> extends Definition<
  I,
  O,
  R,
  S,
  P
> {
  readonly stillHolds?: (before: R, now: R) => boolean
}

function define(
  service: string,
  name: string,
  mutates: boolean,
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- types end here, at the registry
  definition: WriteDefinition<any, any, any, any, any>,
) {
  const { access, mutatesWith, refusal, proof, prepare, stillHolds } = definition
  return {
    service,
    name,
    mutates,
    ...(access && { access }),
    ...(mutatesWith && { mutatesWith }),
    ...(refusal && { refusal }),
    ...(proof && { proof }),
    ...(prepare && { prepare }),
    ...(stillHolds && { stillHolds }),
    resolve: definition.resolve ?? (() => Promise.resolve(undefined)),
    authorize: (input: unknown, scope: Scope, resolved: unknown) =>
      [definition.authorize(input, scope, resolved)].flat() as readonly Check[],
    handle: definition.handle,
  }
}

/** Declares an operation that only reads: it runs in the snapshot that was decided on. */
export function readOperation<
  S extends keyof ServiceOperations,
  N extends keyof Operations<S> & string,
  R = undefined,
  P = undefined,
>(
  service: S,
  name: N,
  definition: Definition<Input<S, N>, Output<S, N>, R, Scope, P>,
): OwnOperation<Scope, Input<S, N>, R, Output<S, N>, P> {
  return define(service, name, false, definition)
}

/** Declares an operation that changes something: it runs in a transaction, acknowledged when durable. */
export function writeOperation<
  S extends keyof ServiceOperations,
  N extends keyof Operations<S> & string,
  R = undefined,
  P = undefined,
>(
  service: S,
  name: N,
  definition: WriteDefinition<Input<S, N>, Output<S, N>, R, P>,
): OwnOperation<Scope, Input<S, N>, R, Output<S, N>, P> {
  return define(service, name, true, definition)
}

/** The transaction of a read that has become a write. @throws Error where it has not. */
export function transactionOf({ store }: Scope): StoreTransaction {
  if (!('update' in store)) throw new Error('This call has no transaction')
  return store as StoreTransaction
}
