import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { samlMetadata, selfSigned, sshPublicKey } from './fixtures.ts'
import { isInstalled, run } from './run.ts'
import { startServer, temporaryFolder, type RunningServer } from './server.ts'

// Goal: the AWS CLI unmodified: every list in every output format and in pages, and each waiter.
// Method: driven by the model's own paging facts, so that a new list is asked for as it lands.

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const hasDriver = isInstalled('python3', '-c', 'import awscli.clidriver')
/** The first version of the CLI has no YAML. */
const hasYaml =
  hasDriver && isInstalled('python3', '-c', 'import awscli.formatter as f; f.YAMLFormatter')

let server: RunningServer
let fixtures: string

beforeAll(async () => {
  server = await startServer()
  fixtures = join(await temporaryFolder(), 'fixtures.json')
  const certificates = await Promise.all(['a', 'b', 'c'].map(selfSigned))
  const metadata = samlMetadata(certificates[0]!, 'https://idp.example.com/aws-cli')
  const sshPublicKeys = [sshPublicKey(), sshPublicKey(), sshPublicKey()]
  await writeFile(fixtures, JSON.stringify({ certificates, sshPublicKeys, samlMetadata: metadata }))
})

afterAll(() => server.stop())

async function lists(...formats: readonly string[]): Promise<void> {
  const model = file('../packages/wire/models/iam.json')
  const notImplemented = file('../docs/generated/not-implemented.json')
  const args = [file('./aws-cli/lists.py'), model, notImplemented, fixtures, ...formats]
  const outcome = await run('python3', args, { env: server.environment })
  expect(outcome.stdout + outcome.stderr).toContain('aws cli: all as expected')
  expect(outcome.code).toBe(0)
}

test.skipIf(!hasDriver)(
  'the AWS CLI: every list as json, text and table, in pages; waiters (needs python3 with awscli)',
  () => lists('json', 'text', 'table'),
)

test.skipIf(!hasYaml)('the AWS CLI: every list as yaml (needs awscli 2 for python3)', () =>
  lists('yaml'),
)
