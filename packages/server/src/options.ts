/** How a server is started. The command line and `BAILIWICK_…` variables end up here. */
import type { QuotaName } from './domain/quota.ts'

export interface ServerOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  /** Folder of database, keys and events. Unused where the store is in memory. */
  readonly dataDir: string
  /** Everything in memory; gone with the process. */
  readonly ephemeral: boolean
  /** `postgres://…` instead of the embedded database. */
  readonly databaseUrl?: string
  readonly partition: string
  /** Of the management account, at first start; random where absent. */
  readonly accountId?: string
  /** JSON of get-account-authorization-details, taken over at first start. */
  readonly initFile?: string
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string }
  /** Listens beyond loopback without TLS. */
  readonly insecure: boolean
  /** Where instances ask for their metadata, if anywhere; they are known by their address. */
  readonly metadata?: { readonly host: string; readonly port: number }
  /** Issuers of web identity tokens that may be at addresses that are not public. */
  readonly oidcPrivateIssuers?: readonly {
    readonly url: string
    /** PEM file of authorities that vouch for it, besides the public ones. */
    readonly authoritiesFile?: string
  }[]
  readonly corsOrigins: readonly string[]
  /** Addresses and CIDR blocks of proxies that say who calls. */
  readonly trustedProxies?: readonly string[]
  /** Where the requests of services that we do not answer ourselves go. */
  readonly backends?: readonly BackendSetting[]
  /** False: S3, SQS, SNS and DynamoDB are not there unless a backend of theirs is named. */
  readonly embedded?: boolean
  /** Services of backends, whose policies are decided and not enforced. */
  readonly observe?: readonly string[]
  readonly quotas: Readonly<Partial<Record<QuotaName, number>>>
  /** Days that events and changes are kept; absent: 90. */
  readonly eventRetentionDays?: number
  readonly changeRetentionDays?: number
  /** Keys fixed at first start, for CI. */
  readonly adminKey?: FixedKey
  readonly rootKey?: FixedKey
  /** 32 bytes as base64 or hexadecimal digits; absent: kept in the data folder. */
  readonly masterKey?: string
  readonly masterKeyCommand?: readonly [string, ...string[]]
  readonly log: {
    readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
    readonly format: 'json' | 'pretty'
  }
}

export interface BackendSetting {
  /** `s3`; `all` for each that has none of its own. */
  readonly service: string
  readonly url: string
  /** Signed for; the caller's own where absent. */
  readonly region?: string
  /** Absent: its requests are not signed. */
  readonly credentials?: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  /** It keeps accounts apart by a header that the gate sets. */
  readonly accountHint?: 'moto'
  /** Whose it is, where nothing else says so; absent: the deployment's first account's. */
  readonly account?: string
  /** The id it takes for its own account's. */
  readonly ownAccountId?: string
}

export interface FixedKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Something the operator can mend: one line that says what to do. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
