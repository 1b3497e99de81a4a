/** `bailiwick start`: the server in the foreground. */
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { FirstStart, RunningServer, ServerOptions } from 'bailiwick'
import { readClientFile, writeClientFile } from '../client-file.ts'
import { parseBackends, type BackendFlag } from './backend-option.ts'

interface StartFlags {
  readonly port: number
  readonly host: string
  readonly data: string
  readonly ephemeral?: true
  readonly database?: string
  readonly accountId?: string
  readonly init?: string
  readonly partition: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly insecure?: true
  readonly corsOrigin?: readonly string[]
  readonly trustedProxy?: readonly string[]
  readonly metadataPort?: number
  readonly metadataHost: string
  readonly backend?: readonly BackendFlag[]
  readonly observe?: readonly string[]
  readonly embedded: boolean
  readonly oidcPrivateIssuer?: readonly PrivateIssuer[]
  readonly quota?: readonly (readonly [name: string, value: number])[]
  readonly eventRetentionDays?: number
  readonly changeRetentionDays?: number
  readonly masterKey?: string
  readonly masterKeyCommand?: string
  readonly adminAccessKeyId?: string
  readonly adminSecretAccessKey?: string
  readonly rootAccessKeyId?: string
  readonly rootSecretAccessKey?: string
  readonly logLevel: ServerOptions['log']['level']
  readonly logFormat?: ServerOptions['log']['format']
}

const repeat = <T>(value: T, previous: readonly T[] | undefined) => [...(previous ?? []), value]

type PrivateIssuer = NonNullable<ServerOptions['oidcPrivateIssuers']>[number]

function privateIssuer(
  text: string,
  previous: readonly PrivateIssuer[] | undefined,
): readonly PrivateIssuer[] {
  const [url = '', authoritiesFile] = text.split('=')
  if (!url.startsWith('https://')) {
    throw new InvalidArgumentError('write https://host/path, or https://host/path=ca.pem')
  }
  return repeat({ url, ...(authoritiesFile && { authoritiesFile }) }, previous)
}

function port(text: string): number {
  const value = Number(text)
  if (/^\d{1,5}$/.test(text) && value <= 65_535) return value
  throw new InvalidArgumentError('a port is a number up to 65535')
}

function days(text: string): number {
  const value = Number(text)
  if (/^\d{1,5}$/.test(text) && value >= 1) return value
  throw new InvalidArgumentError('days are a number from 1 to 99999')
}

function quota(
  text: string,
  previous: readonly (readonly [string, number])[] | undefined,
): readonly (readonly [string, number])[] {
  const [name = '', value = ''] = text.split('=')
  if (name === '' || !/^\d{1,9}$/.test(value)) {
    throw new InvalidArgumentError('write name=number, as in UsersPerAccount=20000')
  }
  return repeat([name, Number(value)] as const, previous)
}

/** A flag with its variable. */
function flag(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).env(`BAILIWICK_${variable}`)
}

function retentionOptions(): readonly Option[] {
  return [
    flag(
      '--event-retention-days <days>',
      'how long events are kept; 90 otherwise',
      'EVENT_RETENTION_DAYS',
    ).argParser(days),
    flag(
      '--change-retention-days <days>',
      'how long the log of changes is kept; 90 otherwise',
      'CHANGE_RETENTION_DAYS',
    ).argParser(days),
  ]
}

function metadataOptions(): readonly Option[] {
  return [
    flag(
      '--metadata-port <port>',
      'port of the instance metadata service; off otherwise',
      'METADATA_PORT',
    ).argParser(port),
    flag(
      '--metadata-host <host>',
      'address of the instance metadata service',
      'METADATA_HOST',
    ).default('127.0.0.1'),
  ]
}

function backendOptions(): readonly Option[] {
  const several = (text: string, previous: readonly string[] | undefined) => [
    ...(previous ?? []),
    ...text.split(/\s+/).filter(Boolean),
  ]
  return [
    flag(
      '--backend <service=url>',
      'where s3, sqs and others are handed on to, or all of them; again for more',
      'BACKEND',
    ).argParser((text, previous: readonly BackendFlag[] | undefined) => [
      ...(previous ?? []),
      ...parseBackends(text, process.env),
    ]),
    flag(
      '--observe <service>',
      'let through what policy denies a service with a backend, and say so; again for more',
      'OBSERVE',
    ).argParser(several),
    flag(
      '--no-embedded',
      'leave out the S3, SQS, SNS and DynamoDB that are there without a backend',
      'NO_EMBEDDED',
    ),
  ]
}

function startOptions(): readonly Option[] {
  return [
    flag('--port <port>', 'port of the gate; 0 for any free one', 'PORT')
      .argParser(port)
      .default(4600),
    flag('--host <host>', 'address to listen on', 'HOST').default('127.0.0.1'),
    flag('--data <folder>', 'folder of database, keys and events', 'DATA').default(
      './bailiwick-data',
    ),
    flag('--ephemeral', 'keep everything in memory', 'EPHEMERAL'),
    flag('--database <url>', 'postgres://… instead of the embedded database', 'DATABASE'),
    flag('--account-id <id>', 'management account at first start; random otherwise', 'ACCOUNT_ID'),
    flag(
      '--init <file>',
      'take over an account at first start: JSON of aws iam get-account-authorization-details',
      'INIT',
    ),
    flag('--partition <name>', 'partition of all ARNs', 'PARTITION').default('aws'),
    flag('--tls-cert <file>', 'PEM certificate: listen with TLS', 'TLS_CERT'),
    flag('--tls-key <file>', 'PEM key of the certificate', 'TLS_KEY'),
    flag('--insecure', 'listen beyond loopback without TLS', 'INSECURE'),
    flag(
      '--cors-origin <origin>',
      'web pages that may call; again for more',
      'CORS_ORIGIN',
    ).argParser(repeat<string>),
    flag(
      '--trusted-proxy <cidr>',
      'a proxy whose X-Forwarded-For and X-Forwarded-Proto hold; again for more',
      'TRUSTED_PROXY',
    ).argParser(repeat<string>),
    flag(
      '--oidc-private-issuer <url[=ca.pem]>',
      'an OpenID Connect issuer that may be at a private address; again for more',
      'OIDC_PRIVATE_ISSUER',
    ).argParser(privateIssuer),
    flag('--quota <name=value>', 'raise or lower a quota; again for more', 'QUOTA').argParser(
      quota,
    ),
    ...metadataOptions(),
    ...backendOptions(),
    ...retentionOptions(),
    flag(
      '--master-key <key>',
      '32 bytes, base64 or hex; otherwise kept in the data folder',
      'MASTER_KEY',
    ),
    flag(
      '--master-key-command <command>',
      'a command that prints the master key',
      'MASTER_KEY_COMMAND',
    ),
    flag('--log-level <level>', 'least grave lines shown', 'LOG_LEVEL')
      .choices(['debug', 'info', 'warn', 'error', 'silent'])
      .default('info'),
    flag('--log-format <format>', 'pretty on a terminal, json elsewhere', 'LOG_FORMAT').choices([
      'json',
      'pretty',
    ]),
    flag(
      '--admin-access-key-id <id>',
      "fix the first administrator's key",
      'ADMIN_ACCESS_KEY_ID',
    ).hideHelp(),
    flag('--admin-secret-access-key <key>', '', 'ADMIN_SECRET_ACCESS_KEY').hideHelp(),
    flag('--root-access-key-id <id>', 'give the root user a key', 'ROOT_ACCESS_KEY_ID').hideHelp(),
    flag('--root-secret-access-key <key>', '', 'ROOT_SECRET_ACCESS_KEY').hideHelp(),
  ]
}

export function startCommand(): Command {
  const command = new Command('start').description('run the server')
  for (const option of startOptions()) command.addOption(option)
  return command
    .addHelpText(
      'after',
      `
Every flag has a variable, BAILIWICK_PORT for --port and so on. For CI, these fix the first
administrator: BAILIWICK_ADMIN_ACCESS_KEY_ID, BAILIWICK_ADMIN_SECRET_ACCESS_KEY; these give the
root user a key: BAILIWICK_ROOT_ACCESS_KEY_ID, BAILIWICK_ROOT_SECRET_ACCESS_KEY.

  bailiwick start
  bailiwick start --ephemeral --port 4700
  bailiwick start --backend s3=http://127.0.0.1:9000,credentials=MINIO
  bailiwick start --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem

After the URL of --backend, with commas between them:
  region=us-east-1              the region its resources are in
  credentials=PREFIX            its key, in PREFIX_ACCESS_KEY_ID and PREFIX_SECRET_ACCESS_KEY
  credentials-file=FILE         its key, in a file
  credentials=none              requests go there unsigned
  account=111122223333          the one account it is of; others are refused
  account-id=000000000000       the account that it takes for its own, in ARNs
  account-hint=moto             it has many accounts, and is told whose each call is`,
    )
    .action((flags: StartFlags) => start(flags))
}

async function start(flags: StartFlags): Promise<void> {
  process.umask(0o077) // Whatever is written is for this user alone.
  const { quotaDefaults, startServer, StartError } = await import('bailiwick')
  for (const [name] of flags.quota ?? []) {
    if (Object.hasOwn(quotaDefaults, name)) continue
    const names = Object.keys(quotaDefaults).join(', ')
    throw new StartError(`--quota ${name}: there is no such quota; there are ${names}`)
  }
  if ((flags.tlsCert === undefined) !== (flags.tlsKey === undefined)) {
    throw new StartError('--tls-cert and --tls-key go together')
  }
  const server = await startServer(serverOptions(flags))
  announce(server, flags)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

function serverOptions(flags: StartFlags): ServerOptions {
  const { tlsCert, tlsKey, masterKeyCommand } = flags
  const [program, ...args] = masterKeyCommand?.trim().split(/\s+/) ?? []
  const admin = fixedKey('ADMIN', flags.adminAccessKeyId, flags.adminSecretAccessKey)
  const root = fixedKey('ROOT', flags.rootAccessKeyId, flags.rootSecretAccessKey)
  return {
    host: flags.host,
    port: flags.port,
    dataDir: flags.data,
    ephemeral: flags.ephemeral === true,
    partition: flags.partition,
    insecure: flags.insecure === true,
    corsOrigins: flags.corsOrigin ?? [],
    ...(flags.trustedProxy && { trustedProxies: flags.trustedProxy }),
    backends: flags.backend ?? [],
    observe: flags.observe ?? [],
    embedded: flags.embedded,
    oidcPrivateIssuers: flags.oidcPrivateIssuer ?? [],
    quotas: Object.fromEntries(flags.quota ?? []),
    log: {
      level: flags.logLevel,
      format: flags.logFormat ?? (process.stdout.isTTY ? 'pretty' : 'json'),
    },
    ...(flags.database && { databaseUrl: flags.database }),
    ...(flags.accountId && { accountId: flags.accountId }),
    ...(flags.init && { initFile: flags.init }),
    ...(tlsCert !== undefined &&
      tlsKey !== undefined && { tls: { certificateFile: tlsCert, keyFile: tlsKey } }),
    ...(flags.metadataPort !== undefined && {
      metadata: { host: flags.metadataHost, port: flags.metadataPort },
    }),
    ...(flags.eventRetentionDays && { eventRetentionDays: flags.eventRetentionDays }),
    ...(flags.changeRetentionDays && { changeRetentionDays: flags.changeRetentionDays }),
    ...(flags.masterKey && { masterKey: flags.masterKey }),
    ...(program && { masterKeyCommand: [program, ...args] }),
    ...(admin && { adminKey: admin }),
    ...(root && { rootKey: root }),
  }
}

function fixedKey(kind: string, accessKeyId?: string, secretAccessKey?: string) {
  if (!accessKeyId && !secretAccessKey) return undefined
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey }
  const variable = `BAILIWICK_${kind}_`
  throw new Error(`${variable}ACCESS_KEY_ID and ${variable}SECRET_ACCESS_KEY go together`)
}

function announce(server: RunningServer, flags: StartFlags): void {
  const { firstStart, url, metadataUrl } = server
  if (metadataUrl) process.stderr.write(`Instances find their metadata on ${metadataUrl}\n`)
  if (flags.ephemeral !== true) {
    const known = readClientFile(flags.data)
    const fresh = firstStart && { accountId: firstStart.accountId, ...firstStart.admin }
    writeClientFile(flags.data, { ...known, ...fresh, url })
  }
  if (firstStart) process.stderr.write(firstStartText(firstStart, url))
  else process.stderr.write(`Bailiwick listens on ${url}\n`)
  if (server.embedded.length > 0) process.stderr.write(embeddedText(server.embedded, flags))
  for (const service of flags.observe ?? []) {
    process.stderr.write(
      `Warning: --observe ${service}: what policy denies is let through, and recorded.\n`,
    )
  }
  if (firstStart?.rootKey) {
    process.stderr.write('Warning: the root user has an access key. Use it for tests only.\n')
  }
}

/** What is in memory only, and what is missing. */
function embeddedText(embedded: RunningServer['embedded'], flags: StartFlags): string {
  const kept = `kept under ${join(flags.data, 'embedded')}`
  const passing = 'in memory, objects in temporary files: gone when it stops'
  const names = embedded.map(({ service }) => service).join(', ')
  const lacks = embedded.map(({ service, lacks }) => `  without, in ${service}: ${lacks}\n`)
  return `Answered here: ${names} (${flags.ephemeral === true ? passing : kept})
${lacks.join('')}  in full: docs/reference.md, "Embedded backends"
`
}

function firstStartText(first: FirstStart, url: string) {
  const { accountId, admin, adminUserName, rootEmail, rootPassword } = first
  return `
Bailiwick listens on ${url}

  account            ${accountId}
  root user          ${rootEmail}
  root password      ${rootPassword}

  user               ${adminUserName} (AdministratorAccess)
  access key id      ${admin.accessKeyId}
  secret access key  ${admin.secretAccessKey}

These are shown this once. Point any AWS client here:

  eval "$(npx bailiwick env)"
  aws sts get-caller-identity

`
}
