/** The `bailiwick` command. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import packageFile from '../package.json' with { type: 'json' }
import { completionCommand } from './commands/completion.ts'
import { configureCommand, envCommand } from './commands/env.ts'
import { credentialProcessCommand, execCommand } from './commands/exec.ts'
import { explainCommand } from './commands/explain.ts'
import { healthCommand } from './commands/health.ts'
import { policyCommand } from './commands/policy.ts'
import { recoverCommand } from './commands/recover.ts'
import { resourcesCommand } from './commands/resources.ts'
import { serviceCredentialsCommand } from './commands/service-credentials.ts'
import { startCommand } from './commands/start.ts'

/** Errors whose message is written for whoever typed the command. */
const forTheUser = new Set(['CommandError', 'StartError', 'StoreOpenError', 'UsageError'])

const terminal = {
  out: (text: string) => process.stdout.write(text),
  error: (text: string) => process.stderr.write(text),
  readText: (path: string) => readFileSync(path === '-' ? 0 : path, 'utf8'),
  now: () => new Date(),
}

const program = new Command('bailiwick')
  .description('AWS IAM that you run yourself')
  .version(packageFile.version)
  .enablePositionalOptions()
  .showHelpAfterError('(bailiwick --help lists the commands)')
  .addCommand(startCommand())
  .addCommand(envCommand())
  .addCommand(configureCommand())
  .addCommand(recoverCommand())
  .addCommand(execCommand((code) => (process.exitCode = code)))
  .addCommand(credentialProcessCommand())
  .addCommand(serviceCredentialsCommand())
  .addCommand(healthCommand())
  .addCommand(explainCommand())
  .addCommand(resourcesCommand((code) => (process.exitCode = code)))
  .addCommand(policyCommand(terminal, (code) => (process.exitCode = code)))
  .addCommand(completionCommand())

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof Error && forTheUser.has(error.name)) {
    process.stderr.write(`bailiwick: ${error.message}\n`)
  } else {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
  }
  process.exitCode = 1
}
