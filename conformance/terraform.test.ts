import { spawnSync } from 'node:child_process'
import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Organizations } from '@aws-sdk/client-organizations'
import { expect, test } from 'vitest'
import { samlMetadata, selfSigned, sshPublicKey } from './fixtures.ts'
import { isInstalled, run } from './run.ts'
import { adminKey, clientEnvironment, startServer, temporaryFolder } from './server.ts'

// Goal: Terraform's AWS provider runs unchanged, and sees no drift in what it has just applied.
// Method: one configuration with every aws_iam_* resource and data source of the provider; apply,
// plan (must be empty), change everything changeable, plan again, destroy.

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
const configuration = fileURLToPath(new URL('./terraform', import.meta.url))

interface ProviderSchema {
  readonly resource_schemas: object
  readonly data_source_schemas: object
}

type Terraform = (...args: string[]) => ReturnType<typeof run>

/** A folder with the configuration, and Terraform in it, with the provider from this machine. */
async function workspace(environment: Readonly<Record<string, string>>): Promise<Terraform> {
  const folder = await temporaryFolder()
  await cp(configuration, folder, { recursive: true })
  const cliConfig = join(folder, 'terraform.rc')
  const override = `"hashicorp/aws" = "${provider ?? ''}"`
  await writeFile(cliConfig, `provider_installation {\n  dev_overrides { ${override} }\n}\n`)
  const [certificate, second] = [await selfSigned('web'), await selfSigned('ann')]
  const variables = {
    certificate,
    second_certificate: second,
    saml_metadata: samlMetadata(certificate, 'https://idp.example.com/terraform'),
    ssh_public_key: sshPublicKey(),
  }
  await writeFile(join(folder, 'fixtures.auto.tfvars.json'), JSON.stringify(variables))
  const env = { ...environment, TF_CLI_CONFIG_FILE: cliConfig, CHECKPOINT_DISABLE: '1' }
  return (...args) => run('terraform', args, { cwd: folder, env })
}

/** aws_iam_organizations_features is for the management account of an organization. */
async function createOrganization(endpoint: string): Promise<void> {
  const client = new Organizations({ endpoint, region: 'us-east-1', credentials: adminKey })
  await client.createOrganization({})
  client.destroy()
}

test.skipIf(provider === undefined)(
  'terraform: every aws_iam_* of the provider is in the configuration (needs terraform)',
  async () => {
    const terraform = await workspace(clientEnvironment('http://127.0.0.1:1'))
    const { stdout } = await terraform('providers', 'schema', '-json')
    const { provider_schemas: schemas } = JSON.parse(stdout) as {
      readonly provider_schemas: Readonly<Record<string, ProviderSchema>>
    }
    const [schema] = Object.values(schemas)
    const named = (of: object | undefined) =>
      Object.keys(of ?? {}).filter((name) => name.startsWith('aws_iam_'))
    const all = [
      ...named(schema?.resource_schemas).map((name) => `resource "${name}"`),
      ...named(schema?.data_source_schemas).map((name) => `data "${name}"`),
    ]
    expect(all.length).toBeGreaterThan(40)
    const files = (await readdir(configuration)).filter((name) => name.endsWith('.tf'))
    const texts = await Promise.all(
      files.map((name) => readFile(join(configuration, name), 'utf8')),
    )
    const absent = all.filter((block) => !texts.some((text) => text.includes(block)))
    expect(absent).toEqual([])
  },
)

test.skipIf(provider === undefined)(
  'terraform: apply, no drift, update, no drift, destroy (needs terraform and its AWS provider)',
  async () => {
    const server = await startServer()
    await createOrganization(server.url)
    const terraform = await workspace(server.environment)
    const succeeds = async (command: string, ...args: string[]) => {
      const done = await terraform(command, ...args, '-no-color', '-input=false')
      expect(done.code, done.stdout + done.stderr).toBe(0)
    }
    try {
      for (const suffix of ['one', 'two']) {
        await succeeds('apply', '-auto-approve', `-var=suffix=${suffix}`)
        await succeeds('plan', '-detailed-exitcode', `-var=suffix=${suffix}`)
      }
      await succeeds('destroy', '-auto-approve', '-var=suffix=two')
    } finally {
      await server.stop()
    }
  },
  600_000,
)
