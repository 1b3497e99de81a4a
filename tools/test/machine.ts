/** What the tests need besides npm's packages: said, and on a CI machine of ours installed. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

interface Need {
  readonly what: string
  readonly isThere: () => boolean
  /** Debian's package; absent: not installed from here. */
  readonly debianPackage?: string
}

const answers = (command: string, ...args: readonly string[]) =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0

const needs: readonly Need[] = [
  {
    what: 'PostgreSQL 15 or newer (initdb)',
    isThere: () => answers('initdb', '--version') || existsSync('/usr/lib/postgresql'),
    debianPackage: 'postgresql',
  },
  {
    what: 'a C compiler (gcc), to watch the disk being synced',
    isThere: () => answers('gcc', '--version'),
    debianPackage: 'gcc',
  },
  { what: 'the AWS CLI (aws)', isThere: () => answers('aws', '--version') },
  { what: 'boto3 for python3', isThere: () => answers('python3', '-c', 'import boto3') },
  { what: 'Terraform', isThere: () => answers('terraform', '-version') },
]

/** Installs what is missing where this is CI, as root, on Debian. Returns what is still missing. */
export function prepareMachine(): readonly string[] {
  const mayInstall =
    process.env['CI'] === 'true' && process.getuid?.() === 0 && existsSync('/etc/debian_version')
  return needs
    .filter((need) => !need.isThere())
    .flatMap(({ what, isThere, debianPackage }) => {
      if (debianPackage === undefined) return [`${what} is missing: its tests are skipped`]
      const command = `apt-get install -y ${debianPackage}`
      if (!mayInstall) return [`${what} is missing: its tests are skipped; ${command} installs it`]
      spawnSync('sh', ['-c', `apt-get update -q && ${command}`], { stdio: 'inherit' })
      return isThere() ? [] : [`${what} could not be installed: its tests are skipped`]
    })
}
