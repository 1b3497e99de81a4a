/**
 * `bailiwick service-credentials` prints credentials of a service itself, for a backend whose services
 * call others through the gate.
 */
import { Command, InvalidArgumentError } from 'commander'
import { accessOf, callBailiwick } from '../api-client.ts'
import { printCredentials } from '../exec/printed-credentials.ts'
import { credentialsIn, type ServiceAnswer } from '../exec/role-credentials.ts'
import { accountIdOf } from './account-id.ts'
import { dataOption } from './data-option.ts'

interface Flags {
  readonly sourceArn: string
  readonly account: string
  readonly duration?: number
  readonly region?: string
  readonly data: string
}

export function serviceCredentialsCommand(): Command {
  return new Command('service-credentials')
    .description('print credentials of a service that calls others in the name of a resource')
    .argument('<principal>', 'the service, such as sns.amazonaws.com')
    .requiredOption('--source-arn <arn>', 'in whose name: the value of aws:SourceArn')
    .requiredOption('--account <id>', 'whose that is: the value of aws:SourceAccount', accountIdOf)
    .option(
      '--duration <seconds>',
      'how long they last, 900 to 43200; an hour otherwise',
      secondsOf,
    )
    .option('--region <name>', 'where the service is; as AWS_REGION says otherwise')
    .addOption(dataOption())
    .addHelpText(
      'after',
      `
Only for principals of the deployment's first account. The gate decides what is called with them on
the destination's policy, as of the service itself. As credential_process of an AWS config file:

  [profile sns]
  credential_process = npx bailiwick service-credentials sns.amazonaws.com \\
    --source-arn arn:aws:sns:us-east-1:111122223333:news --account 111122223333`,
    )
    .action(print)
}

function secondsOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('whole seconds, 900 to 43200')
}

async function print(principal: string, flags: Flags): Promise<void> {
  const { sourceArn, account, duration, region, data } = flags
  const access = accessOf(data)
  const answer = await callBailiwick(
    { ...access, ...(region && { region }) },
    'GetServiceCredentials',
    {
      ServicePrincipal: principal,
      SourceArn: sourceArn,
      SourceAccount: account,
      DurationSeconds: duration,
    },
  )
  printCredentials(credentialsIn((answer as ServiceAnswer).Credentials))
}
