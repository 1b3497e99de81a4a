/**
 * `bailiwick exec` runs a program with credentials that stay fresh while it runs, handed over where
 * AWS's clients look for them; `bailiwick credential-process` prints some for an AWS config file.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { constants } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { answerContainer } from '@bailiwick/wire'
import { accessOf, type Access } from '../api-client.ts'
import { CommandError } from '../command-error.ts'
import { openEndpoint, type Endpoint } from '../exec/endpoint.ts'
import { instanceEndpoint } from '../exec/instance.ts'
import { renewed } from '../exec/renewed.ts'
import { roleCredentials, type RoleFlags } from '../exec/role-credentials.ts'
import { dataOption } from './data-option.ts'

interface ExecFlags extends Partial<RoleFlags> {
  readonly instance?: string
  readonly data: string
}

function withRoleOptions(command: Command): Command {
  return command
    .option('--role <arn>', 'the role to run as')
    .option('--service <principal>', 'as this service would run it, such as lambda.amazonaws.com')
    .option('--session-name <name>', 'name of the role session')
    .option('--external-id <id>', 'what the role of another account asks for')
    .option('--duration <seconds>', 'how long the credentials last')
    .option('--mfa [serial]', 'ask for a code of the MFA device; without a serial number your own')
    .addOption(dataOption())
}

export function execCommand(setExitCode: (code: number) => void): Command {
  const command = new Command('exec').description('run a program with credentials that stay fresh')
  return withRoleOptions(command)
    .option('--instance <id>', 'as a program on this EC2 instance, through its metadata service')
    .argument('<program...>', 'the program and its arguments, after --')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
The role is assumed as whoever calls: AWS_ACCESS_KEY_ID and so on, or the key in the data folder.
With --service and --instance you need iam:PassRole, and the role must trust the service.

  bailiwick exec --role arn:aws:iam::111122223333:role/deploy -- aws s3 ls
  bailiwick exec --service lambda.amazonaws.com --role arn:… -- node handler.js
  bailiwick exec --instance i-0123456789abcdef0 -- python3 worker.py`,
    )
    .action(async (program: string[], flags: ExecFlags) => {
      setExitCode(await exec(program, flags))
    })
}

export function credentialProcessCommand(): Command {
  const command = new Command('credential-process')
    .description('print credentials for credential_process of an AWS config file')
    .addHelpText(
      'after',
      '\n  [profile deploy]\n  credential_process = npx bailiwick credential-process --role arn:…',
    )
  return withRoleOptions(command).action(async (flags: ExecFlags) => {
    const held = await roleCredentials(accessOf(flags.data), roleFlagsOf(flags), askCode)
    const printed = {
      Version: 1,
      AccessKeyId: held.accessKeyId,
      SecretAccessKey: held.secretAccessKey,
      SessionToken: held.sessionToken,
      Expiration: held.expiresAt.toISOString(),
      ...(held.accountId !== undefined && { AccountId: held.accountId }),
    }
    process.stdout.write(`${JSON.stringify(printed)}\n`)
  })
}

/** Errors: CommandError. */
function roleFlagsOf(flags: ExecFlags): RoleFlags {
  const { role } = flags
  if (role === undefined) throw new CommandError('say which role with --role ARN')
  if (flags.duration !== undefined && !/^\d{1,5}$/.test(flags.duration)) {
    throw new CommandError(`--duration ${flags.duration}: whole seconds, 900 to 43200`)
  }
  if (flags.service !== undefined && (flags.mfa !== undefined || flags.externalId !== undefined)) {
    throw new CommandError('--mfa and --external-id are for --role without --service')
  }
  return { ...flags, role }
}

/** On standard error: standard output is for credentials. */
async function askCode(serialNumber: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await terminal.question(`Code of ${serialNumber}: `)).trim()
  } finally {
    terminal.close()
  }
}

interface Handover {
  readonly endpoint: Endpoint
  readonly variables: Readonly<Record<string, string>>
}

async function exec(program: readonly string[], flags: ExecFlags): Promise<number> {
  if (flags.instance !== undefined && flags.role !== undefined) {
    throw new CommandError('--instance brings its own role: leave --role out')
  }
  const access = accessOf(flags.data)
  const { endpoint, variables } =
    flags.instance === undefined
      ? await handOverRole(access, roleFlagsOf(flags))
      : await handOverInstance(access, flags.instance)
  try {
    return await run(program, environmentWith(access, variables))
  } finally {
    endpoint.close()
  }
}

/** Through the endpoint of containers, which every SDK renews from by itself. */
async function handOverRole(access: Access, flags: RoleFlags): Promise<Handover> {
  const credentials = renewed(
    () => roleCredentials(access, flags, askCode),
    () => new Date(),
  )
  await credentials() // What is wrong is said before the program starts.
  const authorizationToken = randomBytes(32).toString('base64url')
  const path = '/v1/credentials'
  const endpoint = await openEndpoint((request) =>
    answerContainer(request, { path, authorizationToken, credentials }),
  )
  const variables = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: endpoint.url + path,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: authorizationToken,
  }
  return { endpoint, variables }
}

async function handOverInstance(access: Access, instanceId: string): Promise<Handover> {
  const answer = await instanceEndpoint(access, instanceId, randomBytes(32))
  const endpoint = await openEndpoint(answer)
  const variables = {
    AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint.url,
    AWS_EC2_METADATA_DISABLED: 'false',
  }
  return { endpoint, variables }
}

/** What would win over the credentials handed over. */
const otherCredentials = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
]

function environmentWith(
  { url, region }: Access,
  variables: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !otherCredentials.includes(name))
  return {
    ...Object.fromEntries(kept),
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...variables,
  }
}

/** The program's exit code; 128 and the signal's number where one ended it, as shells have it. */
function run([file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { env, stdio: 'inherit' })
    const pass = (signal: NodeJS.Signals) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    for (const signal of signals) process.on(signal, pass)
    child.once('error', (error) => {
      const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'not found' : error.message
      reject(new CommandError(`${file}: ${why}`))
    })
    child.once('exit', (code, signal) => {
      for (const each of signals) process.off(each, pass)
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal])
    })
  })
}
