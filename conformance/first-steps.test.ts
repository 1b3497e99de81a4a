import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isInstalled, run } from './run.ts'
import { startServer } from './server.ts'

// Goal: the main job on real input, as a newcomer runs it. Method: the example itself, unchanged,
// against a fresh server; it checks every refusal's words.
const example = (name: string) =>
  fileURLToPath(new URL(`../examples/first-steps/${name}`, import.meta.url))

const withCli = test.skipIf(!isInstalled('aws'))

withCli('first steps with the AWS CLI (needs the aws command)', async () => {
  const server = await startServer()
  try {
    const outcome = await run('bash', [example('first-steps.sh')], { env: server.environment })
    expect(outcome.stdout + outcome.stderr).toContain('Done: nothing was allowed until')
    expect(outcome.code).toBe(0)
  } finally {
    await server.stop()
  }
})

test('first steps with the AWS SDK for JavaScript', async () => {
  const server = await startServer()
  try {
    const env = server.environment
    const outcome = await run(process.execPath, [example('first-steps.ts')], { env })
    expect(outcome.stdout + outcome.stderr).toContain('Done: nothing was allowed until')
    expect(outcome.code).toBe(0)
  } finally {
    await server.stop()
  }
})
