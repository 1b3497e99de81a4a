/** `bailiwick policy …`: checks for policy files that need no server, for use in CI. */
import { Command, Option } from 'commander'
import { decideOffline } from './policy/decide.ts'
import { exitCodes, UsageError, type Terminal } from './policy/output.ts'
import { policyTypes, type PolicyTypeName } from './policy/policy-types.ts'
import { severities, validateFiles, type Severity } from './policy/validate.ts'

const typeNames = Object.keys(policyTypes) as PolicyTypeName[]
const repeat = (value: string, previous: readonly string[] | undefined) => [
  ...(previous ?? []),
  value,
]

/** @param exit Called with the exit code once a command has run. */
export function policyCommand(terminal: Terminal, exit: (code: number) => void): Command {
  const policy = new Command('policy').description('check and try policy files, without a server')
  policy.addCommand(validateCommand(terminal, exit))
  policy.addCommand(decideCommand(terminal, exit))
  return policy
}

/** Runs a command; what the user can mend is one line. */
async function run(
  terminal: Terminal,
  exit: (code: number) => void,
  work: () => number | Promise<number>,
): Promise<void> {
  try {
    exit(await work())
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    terminal.error(`bailiwick: ${error.message}\n`)
    exit(exitCodes.usage)
  }
}

interface ValidateFlags {
  readonly type: PolicyTypeName
  readonly failOn: Severity
  readonly json?: true
  readonly sarif?: true
}

function validateCommand(terminal: Terminal, exit: (code: number) => void): Command {
  return new Command('validate')
    .description('report problems and findings of policy files')
    .argument('<file...>', 'policy documents; - reads standard input')
    .addOption(
      new Option('--type <type>', 'what the files are').choices(typeNames).default('identity'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'lightest severity that fails')
        .choices(severities)
        .default('warning'),
    )
    .option('--json', 'print the findings as JSON')
    .addOption(new Option('--sarif', 'print SARIF 2.1.0, for code scanning').conflicts('json'))
    .addHelpText(
      'after',
      `
Exit codes: 0 nothing found, 1 found something at --fail-on or above, 2 cannot be run.

  bailiwick policy validate policies/*.json
  bailiwick policy validate --type trust --sarif trust.json > findings.sarif`,
    )
    .action((files: string[], flags: ValidateFlags) => {
      const format = flags.json ? 'json' : flags.sarif ? 'sarif' : 'text'
      const options = { policyType: policyTypes[flags.type], format, failOn: flags.failOn } as const
      return run(terminal, exit, () => validateFiles(files, options, terminal))
    })
}

interface DecideFlags extends Partial<Record<PolicyTypeName, readonly string[]>> {
  readonly principal: string
  readonly action: string
  readonly on: string
  readonly resourceAccount?: string
  readonly context?: readonly string[]
  readonly explain?: true
  readonly json?: true
}

function decideCommand(terminal: Terminal, exit: (code: number) => void): Command {
  const command = new Command('decide')
    .description('decide one request from policy files')
    .requiredOption('--action <service:Name>', 'what is asked for')
    .option('--on <arn>', 'ARN of the resource', '*')
    .option(
      '--principal <who>',
      'ARN of a user, role, session or root; a service; or anonymous',
      'arn:aws:iam::111122223333:user/someone',
    )
    .option('--resource-account <id>', "owner of the resource; default the principal's account")
    .option('--context <key=value>', 'a context key; again for more, or for a list', repeat)
    .option('--explain', 'say why, and what would allow it')
    .option('--json', 'print the decision, or with --explain the explanation, as JSON')
  for (const name of typeNames)
    command.option(`--${name} <file>`, `a ${name} policy; again for more`, repeat)
  return command
    .addHelpText(
      'after',
      `
Exit codes: 0 allowed, 1 denied, 2 cannot be run.

  bailiwick policy decide --identity ann.json --action s3:GetObject --on arn:aws:s3:::b/k
  bailiwick policy decide --identity ann.json --resource bucket.json --action s3:GetObject \\
    --on arn:aws:s3:::b/k --resource-account 444455556666 --context aws:SourceIp=203.0.113.7`,
    )
    .action((flags: DecideFlags) => {
      const options = {
        files: flags,
        principal: flags.principal,
        action: flags.action,
        resource: flags.on,
        resourceAccountId: flags.resourceAccount,
        context: flags.context ?? [],
        explain: flags.explain === true,
        json: flags.json === true,
      }
      return run(terminal, exit, () => decideOffline(options, terminal))
    })
}
