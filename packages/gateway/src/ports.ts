import type { Readable } from 'node:stream'
import type {
  AuthorizationRequest,
  CompiledPolicy,
  Decision,
  ExplainedStatement,
  PolicySet,
} from '@bailiwick/policy'
import type { HttpAnswer, HttpRequest, ServiceModel } from '@bailiwick/wire'
import type { Caller } from './caller.ts'
import type { Backend } from './forward/backend.ts'
import type { Framed } from './forward/payload.ts'
import type { ResourcePort } from './registry/resource.ts'
import type { AnyOperation, Check, GateScope, OrganizationOf } from './operation.ts'
import type { ForwardedCall, FromForm, LookUps, Resolution } from './resolve/forwarded-call.ts'

/** A service the gate answers for. */
export interface Service<Scope extends GateScope> {
  readonly model: ServiceModel
  /** By name; an operation of the model that is missing here answers NotImplemented. */
  readonly operations: ReadonlyMap<string, AnyOperation<Scope>>
  /** Global services accept any region in the credential scope, and see this one. */
  readonly globalRegion?: string
  /** Where its requests go, once they are allowed; absent: it has operations of our own. */
  readonly backend?: Backend
  /** What policy denies is let through to the backend, and said so. Never without a caller. */
  readonly observe?: boolean
}

/** A request whose body may still be to come. */
export interface GateRequest extends HttpRequest, FromForm, Framed {
  /** The body, where `isStreamed` said that it is one; opened at most once, and `body` is empty. */
  readonly stream?: () => Readable
  /** Tells when the client has gone before it was answered. */
  readonly onClose?: (then: () => void) => void
}

/** An answer whose body may still be to come; a stream that ends early is no whole answer. */
export interface GateAnswer extends Omit<HttpAnswer, 'body'> {
  readonly body: HttpAnswer['body'] | Readable
}

/** What a call for a backend needs allowed. Must be pure. */
export type ResolveForwarded = (call: ForwardedCall) => Resolution

/** What an access key id, with the session token that came along, stands for. */
export type CredentialLookup =
  | { readonly ok: true; readonly secretAccessKey: string; readonly caller: Caller }
  | {
      readonly ok: false
      /** `invalid`: unknown, inactive or deleted key, or a token that is not its own. */
      readonly problem: 'invalid' | 'malformedToken' | 'expiredToken'
    }

/** What a request brings in its input instead of a signature. */
export type CallerProof =
  | {
      readonly kind: 'webIdentity'
      /** Whose identity providers may vouch: the role's account. */
      readonly accountId: string
      readonly token: string
      /** Of an OAuth 2.0 access token; an OpenID Connect token names its issuer itself. */
      readonly providerId?: string
    }
  | {
      readonly kind: 'saml'
      readonly accountId: string
      /** The assertion must offer it. */
      readonly roleArn: string
      readonly principalArn: string
      /** Base64. */
      readonly assertion: string
    }

export interface CredentialPort {
  lookup(
    accessKeyId: string,
    sessionToken: string | undefined,
    now: Date,
  ): Promise<CredentialLookup>
  /** Whoever the proof proves. Errors: rejects with a refusal for what proves nobody. */
  prove(proof: CallerProof, now: Date): Promise<Caller>
}

/** Where decisions and handlers read and write. The server builds the scope; the gate only runs it. */
export interface ScopePort<Scope extends GateScope> {
  /** One snapshot. `version` moves with every change that could alter a decision for the caller. */
  read<T>(gate: GateScope, work: (scope: Scope, version: number) => Promise<T>): Promise<T>
  /**
   * One durable transaction. The scope's caller is as the transaction sees it: where `version` has
   * moved since the snapshot, its policies are read anew, and the gate decides again.
   */
  write<T>(gate: GateScope, work: (scope: Scope, version: number) => Promise<T>): Promise<T>
}

/** What the engine was asked. */
export interface Question {
  readonly request: AuthorizationRequest
  readonly policies: PolicySet<CompiledPolicy>
}

/** One check as it was decided. */
export interface DecidedCheck {
  readonly check: Check
  readonly action: string
  readonly decision: Decision
  readonly asked: Question
  /** Of a refusal: the statements that would match, were what they ask for known and as they say. */
  readonly doubts?: readonly ExplainedStatement[]
}

/** One request, as the ledger and the log line see it: written whatever came of it. */
export interface GateEvent {
  readonly requestId: string
  readonly at: Date
  readonly durationMs: number
  /** Absent where the request could not be recognised. */
  readonly service?: ServiceModel
  readonly operation?: string
  readonly region?: string
  /** Absent where it could not be authenticated. */
  readonly caller?: Caller
  /** As typed input; members the model marks sensitive are the ledger's to hide. */
  readonly input?: unknown
  readonly output?: unknown
  readonly mutates?: boolean
  /** Denied by policy, and let through all the same. */
  readonly observed?: boolean
  /** ARNs of resources whose records went, since the backend no longer has them. */
  readonly lost?: readonly string[]
  readonly checks: readonly DecidedCheck[]
  /** Wire code and message of the answer, where it is an error. */
  readonly error?: { readonly code: string; readonly message: string }
  /** What came between the gate and the backend, where there is no answer: for the log alone. */
  readonly backendFailure?: string
  readonly status: number
  readonly sourceIp: string
  readonly userAgent: string
  readonly secure: boolean
  readonly tls?: HttpRequest['tls']
  readonly host: string
}

/** A role that a service is to run, and in whose name. */
export interface HandedRole {
  readonly arn: string
  /** `lambda.amazonaws.com` */
  readonly servicePrincipal: string
  /** As its trust policy sees them. */
  readonly sourceArn: string
  readonly sourceAccount: string
}

/** A role's session as the service has it; undefined where there is none, or it does not trust it. */
export type RunRole = (role: HandedRole, now: Date) => Promise<Caller | undefined>

/** What the gate needs from outside. Handed in by the composition root. */
export interface GatePorts<Scope extends GateScope> {
  /** By signing name: `iam`, `sts`. */
  readonly services: ReadonlyMap<string, Service<Scope>>
  readonly credentials: CredentialPort
  readonly scopes: ScopePort<Scope>
  /** What the gate keeps of the resources of backends. */
  readonly resources: ResourcePort
  /** Of calls for backends; the gate's own where absent. */
  readonly resolveForwarded?: ResolveForwarded
  /** Of all ARNs; `aws` where absent. */
  readonly partition?: string
  /** Of what calls for backends do not tell; nobody knows where absent. */
  readonly lookUps?: LookUps
  /** Of the accounts of resources. */
  readonly organizationOf?: OrganizationOf
  /** Of roles that are handed over; none can be run where absent. */
  readonly runRole?: RunRole
  /** Must not throw; called once a request, after the answer is known. */
  readonly record: (event: GateEvent) => void
  /** A bug, with its cause: for the log, never for the caller. */
  readonly reportBug: (requestId: string, cause: unknown) => void
  readonly clock: () => Date
  /** Milliseconds, monotonic. */
  readonly stopwatch: () => number
  readonly newRequestId: () => string
}
