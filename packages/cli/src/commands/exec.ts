/**
 * `bailiwick exec` runs a program with credentials that stay fresh while it runs, handed over where
 * AWS's clients look for them; `bailiwick credential-process` prints some for an AWS config file.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { accessOf, type Access } from '../api-client.ts'
import { CommandError } from '../command-error.ts'
import {
  handOverInstance,
  handOverRole,
  handOverTask,
  handOverToken,
  type Handover,
} from '../exec/handover.ts'
import { printCredentials } from '../exec/printed-credentials.ts'
import { roleCredentials, type RoleFlags } from '../exec/role-credentials.ts'
import { sessionTagOf } from '../exec/session-tags.ts'
import { dataOption } from './data-option.ts'

interface ExecFlags extends Partial<Omit<RoleFlags, 'tags'>> {
  readonly instance?: string
  readonly tag?: readonly string[]
  /** `NAMESPACE/NAME` of a service account, or true: the caller. */
  readonly webIdentity?: string | true
  readonly relativeUri?: boolean
  readonly data: string
}

const again = (value: string, before: readonly string[] = []) => [...before, value]

function withRoleOptions(command: Command): Command {
  return command
    .option('--role <arn>', 'the role to run as')
    .option('--service <principal>', 'as this service would run it, such as lambda.amazonaws.com')
    .option('--session-name <name>', 'name of the role session')
    .option('--external-id <id>', 'what the role of another account asks for')
    .option('--tag <key=value>', 'tag of the session; again for more', again)
    .option('--duration <seconds>', 'how long the credentials last')
    .option('--mfa [serial]', 'ask for a code of the MFA device; without a serial number your own')
    .addOption(dataOption())
}

export function execCommand(setExitCode: (code: number) => void): Command {
  const command = new Command('exec').description('run a program with credentials that stay fresh')
  return withRoleOptions(command)
    .option('--instance <id>', 'as a program on this EC2 instance, through its metadata service')
    .option(
      '--web-identity [service-account]',
      'hand over a token, of you or of NAMESPACE/NAME, that the program trades for the role',
    )
    .option('--relative-uri', 'hand over at 169.254.170.2 as ECS does')
    .argument('<program...>', 'the program and its arguments, after --')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
The role is assumed as whoever calls: AWS_ACCESS_KEY_ID and so on, or the key in the data folder.
With --service and --instance you need iam:PassRole, and the role must trust the service.

  bailiwick exec --role arn:aws:iam::111122223333:role/deploy -- aws s3 ls
  bailiwick exec --service lambda.amazonaws.com --role arn:… -- node handler.js
  bailiwick exec --instance i-0123456789abcdef0 -- python3 worker.py
  bailiwick exec --service pods.eks.amazonaws.com --role arn:… \\
    --tag eks-cluster-name=dev --tag kubernetes-namespace=shop -- node worker.js
  bailiwick exec --web-identity shop/worker --role arn:… -- node worker.js`,
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
    printCredentials(held)
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
  return { ...flags, role, ...(flags.tag && { tags: flags.tag.map(sessionTagOf) }) }
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

async function exec(program: readonly string[], flags: ExecFlags): Promise<number> {
  const access = accessOf(flags.data)
  const { variables, close } = await handOver(access, flags)
  try {
    return await run(program, environmentWith(access, variables))
  } finally {
    close()
  }
}

/** Errors: CommandError for flags that do not go together. */
function handOver(access: Access, flags: ExecFlags): Promise<Handover> {
  const { instance, role, webIdentity } = flags
  if (instance !== undefined) {
    if (role !== undefined) {
      throw new CommandError('--instance brings its own role: leave --role out')
    }
    return handOverInstance(access, instance)
  }
  const ofRole = roleFlagsOf(flags)
  if (webIdentity !== undefined) {
    const others = ['service', 'mfa', 'externalId', 'duration', 'tag', 'relativeUri'] as const
    if (others.some((name) => flags[name] !== undefined)) {
      throw new CommandError('--web-identity goes with --role and --session-name alone')
    }
    return handOverToken(access, webIdentity, ofRole)
  }
  return flags.relativeUri
    ? handOverTask(access, ofRole, askCode)
    : handOverRole(access, ofRole, askCode)
}

/** What would win over the credentials handed over. */
const otherCredentials = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
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
