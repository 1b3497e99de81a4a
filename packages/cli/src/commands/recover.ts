/** `bailiwick recover`: a new administrator, made on the data folder of a stopped server. */
import { Command, Option } from 'commander'
import { readClientFile, writeClientFile } from '../client-file.ts'
import { dataOption } from './data-option.ts'

interface RecoverFlags {
  readonly data: string
  readonly database?: string
  readonly partition: string
  readonly accountId?: string
  readonly masterKey?: string
}

export function recoverCommand(): Command {
  return new Command('recover')
    .description('make a new administrator on the data of a stopped server')
    .addOption(dataOption())
    .addOption(new Option('--database <url>', 'postgres://…').env('BAILIWICK_DATABASE'))
    .addOption(
      new Option('--partition <name>').env('BAILIWICK_PARTITION').default('aws').hideHelp(),
    )
    .addOption(new Option('--master-key <key>').env('BAILIWICK_MASTER_KEY').hideHelp())
    .option('--account-id <id>', 'account to recover; the first one otherwise')
    .addHelpText('after', '\nWhoever can read the data folder can do this: guard it like a key.')
    .action(recover)
}

async function recover(flags: RecoverFlags): Promise<void> {
  const { recoverAdministrator } = await import('bailiwick')
  const recovered = await recoverAdministrator(
    {
      dataDir: flags.data,
      ephemeral: false,
      partition: flags.partition,
      ...(flags.database && { databaseUrl: flags.database }),
      ...(flags.masterKey && { masterKey: flags.masterKey }),
    },
    flags.accountId,
  )
  const { accountId, key, userName } = recovered
  const url = readClientFile(flags.data)?.url ?? 'http://127.0.0.1:4600'
  writeClientFile(flags.data, { url, accountId, ...key })
  process.stdout.write(`
  account            ${accountId}
  user               ${userName} (AdministratorAccess)
  access key id      ${key.accessKeyId}
  secret access key  ${key.secretAccessKey}

Shown this once. Start the server, mend your policies, then delete this user.
`)
}
