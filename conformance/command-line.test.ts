import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { expect, test } from 'vitest'
import { run } from './run.ts'
import { adminKey, bailiwickBin, startServer, temporaryFolder } from './server.ts'

// Goal: the commands around the server, as an operator uses them.

const bailiwick = (args: readonly string[], env: Record<string, string> = {}) =>
  run(process.execPath, [bailiwickBin, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...env },
    cwd: '/tmp',
  })

test('env and configure give an AWS client what it needs; recover makes a new administrator', async () => {
  const dataDir = await temporaryFolder()
  const server = await startServer({ dataDir })
  const env = await bailiwick(['env', '--data', dataDir])
  expect(env.stdout).toContain(`export AWS_ENDPOINT_URL='${server.url}'`)
  expect(env.stdout).toContain(adminKey.secretAccessKey)

  const config = join(dataDir, 'config')
  const credentials = join(dataDir, 'credentials')
  const files = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials }
  await writeFile(config, '[profile other]\nregion = eu-west-1\n')
  const configured = await bailiwick(['configure', '--profile', 'local', '--data', dataDir], files)
  expect(configured.code).toBe(0)
  await bailiwick(['configure', '--profile', 'local', '--data', dataDir], files)
  expect(await readFile(config, 'utf8')).toBe(
    `[profile other]\nregion = eu-west-1\n[profile local]\nregion = us-east-1\nendpoint_url = ${server.url}\n`,
  )
  expect(await readFile(credentials, 'utf8')).toContain(adminKey.accessKeyId)

  const health = await bailiwick(['health', '--url', server.url])
  expect(health).toMatchObject({ code: 0, stdout: `${server.url} is healthy\n` })
  const whileRunning = await bailiwick(['recover', '--data', dataDir])
  expect(whileRunning.code).toBe(1)
  expect(whileRunning.stderr).toMatch(/in use/)
  expect(await server.stop()).toBe(0)
  expect((await bailiwick(['health', '--url', server.url])).stderr).toContain('nothing answers')

  const recovered = await bailiwick(['recover', '--data', dataDir])
  expect(recovered.code).toBe(0)
  const accessKeyId = /AKIA[A-Z2-7]{16}/.exec(recovered.stdout)?.[0] ?? ''
  const secretAccessKey = /secret access key {2}(\S+)/.exec(recovered.stdout)?.[1] ?? ''
  const again = await startServer({ dataDir })
  const sts = new STSClient({
    endpoint: again.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
  })
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}))
  expect(Arn).toMatch(/:user\/recovered-admin-\d{8}T\d{6}$/)
  await again.stop()
  await again.removeData()
})

const rows: readonly [what: string, args: string[], code: number, words: RegExp][] = [
  ['help lists the commands', ['--help'], 0, /start.*\n(.*\n)*.*policy/],
  ['start --help names the variables', ['start', '--help'], 0, /BAILIWICK_PORT/],
  ['the version', ['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  ['an unknown command', ['begin'], 1, /unknown command 'begin'/],
  ['a port that is none', ['start', '--port', 'x'], 1, /a port is a number/],
  ['a quota that is none', ['start', '--ephemeral', '--quota', 'Tea=1'], 1, /no such quota/],
  ['env without a server', ['env', '--data', '/nonexistent'], 1, /start the server there first/],
  ['bash completion', ['completion', 'bash'], 0, /complete -F _bailiwick bailiwick/],
]
for (const [what, args, code, words] of rows) {
  test(`command line: ${what}`, async () => {
    const outcome = await bailiwick(args)
    expect(outcome.stdout + outcome.stderr).toMatch(words)
    expect(outcome.code).toBe(code)
  })
}
