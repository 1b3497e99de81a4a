import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isInstalled, run } from './run.ts'
import { bailiwickBin, startServer, type RunningServer } from './server.ts'

// Goal: whoever reaches a bucket, table, queue or topic is decided as on AWS, in the cases that its
// documentation is asked for most. Method: the examples themselves, unchanged, with unmodified clients
// against one server and its embedded backends; each checks every refusal's words.
const example = (file: string) =>
  fileURLToPath(new URL(`../examples/gate/${file}`, import.meta.url))

const hasBoto3 = isInstalled('python3', '-c', 'import boto3')
const hasCli = isInstalled('aws') && isInstalled('curl') && isInstalled('openssl', 'version')

/** What runs an example, and whether it is there. */
const clients: Readonly<Record<string, { readonly command: string; readonly isThere: boolean }>> = {
  '.ts': { command: process.execPath, isThere: true },
  '.py': { command: 'python3', isThere: hasBoto3 },
  '.sh': { command: 'bash', isThere: hasCli },
}

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

const examples: readonly [file: string, ending: string][] = [
  ['lambda.ts', 'Done: both accounts had to agree.'],
  ['one-account.py', 'Done: one side was enough'],
  ['dump-table.ts', 'Done: let in by a policy one stays who one is'],
  ['source-ip.py', 'Done: where a call came from decided.'],
  ['regions.ts', 'Done: two regions, and the services that have none.'],
  ['tags.py', 'Done: one policy, and the tags decided.'],
  ['home-folders.py', 'Done: each has a folder, and there is one policy.'],
  ['mfa-delete.py', 'Done: nothing was deleted without a code.'],
  ['tls-only.sh', 'Done: the policy wants TLS, and got it.'],
  ['queue-and-topic.ts', 'Done: both accounts had to agree, for each of the two.'],
  ['presigned-url.sh', 'Done: the link was never more than its signer.'],
]

for (const [file, ending] of examples) {
  const { command, isThere } = clients[extname(file)] ?? { command: '', isThere: false }
  test.skipIf(!isThere)(`the example of the gate: ${file} (needs its client)`, async () => {
    const env = {
      ...server.environment,
      ...{ BAILIWICK: `${process.execPath} ${bailiwickBin}`, PYTHONDONTWRITEBYTECODE: '1' },
    }
    const outcome = await run(command, [example(file)], { env })
    expect(outcome.stdout + outcome.stderr).toContain(ending)
    expect(outcome.code).toBe(0)
  })
}
