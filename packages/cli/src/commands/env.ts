/** `bailiwick env` and `bailiwick configure`: what an AWS client needs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { readClientFile, type ClientFile } from '../client-file.ts'
import { CommandError } from '../command-error.ts'
import { dataOption } from './data-option.ts'

interface Access extends ClientFile {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** The AWS CLI refuses to sign without one; IAM itself is global. */
const region = 'us-east-1'

export function envCommand(): Command {
  return new Command('env')
    .description('print what an AWS client needs, for the shell')
    .addOption(dataOption())
    .addHelpText('after', '\n  eval "$(npx bailiwick env)"\n  aws sts get-caller-identity')
    .action(({ data }: { data: string }) => {
      process.stdout.write(exportLines(accessFrom(data)))
    })
}

export function configureCommand(): Command {
  return new Command('configure')
    .description('write a profile into the AWS config and credentials files')
    .requiredOption('--profile <name>', 'name of the profile')
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\n  bailiwick configure --profile local\n  aws --profile local sts get-caller-identity',
    )
    .action(({ profile, data }: { profile: string; data: string }) => {
      const written = configure(profile, accessFrom(data))
      process.stdout.write(`Profile ${profile} written to ${written.join(' and ')}.\n`)
    })
}

function accessFrom(dataDir: string): Access {
  const client = readClientFile(dataDir)
  const fixedId = process.env['BAILIWICK_ADMIN_ACCESS_KEY_ID']
  const fixedSecret = process.env['BAILIWICK_ADMIN_SECRET_ACCESS_KEY']
  const accessKeyId = client?.accessKeyId ?? fixedId
  const secretAccessKey = client?.secretAccessKey ?? fixedSecret
  const port = process.env['BAILIWICK_PORT'] ?? '4600'
  const url = client?.url ?? `http://127.0.0.1:${port}`
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { ...client, url, accessKeyId, secretAccessKey }
  }
  throw new CommandError(
    `there is no administrator's key in ${dataDir}: start the server there first, name its folder with --data, or make a new key with bailiwick recover`,
  )
}

function exportLines({ url, accessKeyId, secretAccessKey }: Access): string {
  const variables = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  }
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`)
  return `${lines.join('\n')}\nunset AWS_SESSION_TOKEN AWS_PROFILE\n`
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`
}

function configure(profile: string, { url, accessKeyId, secretAccessKey }: Access): string[] {
  if (!/^[\w.@-]+$/.test(profile)) {
    throw new CommandError(`--profile ${profile}: letters, digits and . _ @ - only`)
  }
  const config = process.env['AWS_CONFIG_FILE'] ?? join(homedir(), '.aws/config')
  const credentials =
    process.env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(homedir(), '.aws/credentials')
  const section = profile === 'default' ? 'default' : `profile ${profile}`
  putSection(config, section, { region, endpoint_url: url })
  putSection(credentials, profile, {
    aws_access_key_id: accessKeyId,
    aws_secret_access_key: secretAccessKey,
  })
  return [config, credentials]
}

/** Replaces a section of an ini file, or adds it; everything else stays as it is. */
function putSection(file: string, name: string, values: Readonly<Record<string, string>>): void {
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  }
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}`)
  const section = `[${name}]\n${lines.join('\n')}\n`
  const sections = text.split(/^(?=\[)/m)
  const at = sections.findIndex((each) => each.startsWith(`[${name}]`))
  if (at === -1) sections.push(text === '' || text.endsWith('\n') ? section : `\n${section}`)
  else sections[at] = at === sections.length - 1 ? section : `${section}\n`
  writeFileSync(file, sections.join(''), { mode: 0o600 })
}
