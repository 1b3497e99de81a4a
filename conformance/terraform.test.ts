import { spawnSync } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isInstalled, run } from './run.ts'
import { startServer, temporaryFolder } from './server.ts'

// Goal: Terraform's AWS provider runs unchanged, and sees no drift in what it has just applied.
// Method: apply, plan (must be empty), change everything changeable, plan again, destroy.

/** The provider's folder, unpacked somewhere on this machine; nothing is downloaded. */
function providerFolder(): string | undefined {
  const named = process.env['BAILIWICK_TERRAFORM_PROVIDER']
  if (named !== undefined) return named
  const roots = [
    '/opt',
    '/usr/share',
    '/usr/local/share',
    '/usr/lib',
    process.env['HOME'] ?? '/root',
  ]
  const pattern = 'terraform-provider-aws_v5*'
  const found = spawnSync('find', [...roots, '-maxdepth', '9', '-name', pattern, '-type', 'f'], {
    encoding: 'utf8',
  })
  const path = found.stdout.split('\n').find((line) => line !== '')
  return path === undefined ? undefined : dirname(path)
}

const provider = isInstalled('terraform', '-version') ? providerFolder() : undefined
const main = fileURLToPath(new URL('./terraform/main.tf', import.meta.url))

test.skipIf(provider === undefined)(
  'terraform: apply, no drift, update, no drift, destroy (needs terraform and its AWS provider)',
  async () => {
    const folder = await temporaryFolder()
    await mkdir(folder, { recursive: true })
    await cp(main, join(folder, 'main.tf'))
    const cliConfig = join(folder, 'terraform.rc')
    const override = `"hashicorp/aws" = "${provider ?? ''}"`
    await writeFile(cliConfig, `provider_installation {\n  dev_overrides { ${override} }\n}\n`)
    const server = await startServer()
    const terraform = (...args: string[]) =>
      run('terraform', [...args, '-no-color', '-input=false'], {
        cwd: folder,
        env: { ...server.environment, TF_CLI_CONFIG_FILE: cliConfig, CHECKPOINT_DISABLE: '1' },
      })
    try {
      for (const suffix of ['one', 'two']) {
        const applied = await terraform('apply', '-auto-approve', `-var=suffix=${suffix}`)
        expect(applied.code, applied.stdout + applied.stderr).toBe(0)
        const planned = await terraform('plan', '-detailed-exitcode', `-var=suffix=${suffix}`)
        expect(planned.code, planned.stdout + planned.stderr).toBe(0)
      }
      const destroyed = await terraform('destroy', '-auto-approve', '-var=suffix=two')
      expect(destroyed.code, destroyed.stdout + destroyed.stderr).toBe(0)
    } finally {
      await server.stop()
    }
  },
  600_000,
)
