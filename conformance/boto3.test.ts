import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isInstalled, run } from './run.ts'
import { startServer } from './server.ts'

// Goal: boto3 unmodified: paginators, waiters, errors by class, both signing forms.
const script = fileURLToPath(new URL('./boto3/walk.py', import.meta.url))

test.skipIf(!isInstalled('python3', '-c', 'import boto3'))(
  'boto3 walks through IAM and STS (needs python3 with boto3)',
  async () => {
    const server = await startServer()
    try {
      const outcome = await run('python3', [script], { env: server.environment })
      expect(outcome.stdout + outcome.stderr).toContain('boto3: all as expected')
      expect(outcome.code).toBe(0)
    } finally {
      await server.stop()
    }
  },
)
