import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { isInstalled, run } from './run.ts'
import { startServer, temporaryFolder } from './server.ts'

// Goal: what the README promises works as it stands. Method: its shell blocks, in order and in one
// shell: `sh run` must succeed, `sh refused` must be refused with the words quoted below it, and
// `sh explain` must explain the last of these, by the id that the server's log tells.
const root = fileURLToPath(new URL('..', import.meta.url))

/** Run by every test run already: the first by CI, the second by `startServer`. */
const runElsewhere = ['npm ci', 'npm start']

interface Block {
  readonly mode: string
  readonly commands: string
}

async function shellBlocks(): Promise<readonly Block[]> {
  const text = await readFile(join(root, 'README.md'), 'utf8')
  const fences = text.matchAll(/^```(\w*) ?(\w*)\n(.*?)^```$/gms)
  return [...fences].map(([, language, mode = '', commands = '']) => {
    expect(language, `a block of the README is not shell: ${commands}`).toBe('sh')
    return { mode, commands }
  })
}

/** Shell functions end with the line; a refusal is checked for its words and the shell goes on. */
function scriptOf(blocks: readonly Block[]): string {
  const parts = blocks.map(({ mode, commands }) => {
    if (mode !== 'refused') return commands
    return `if said=$(${commands.trim()} 2>&1); then echo "not refused"; exit 1; fi; echo "$said"\n`
  })
  return ['set -euo pipefail', 'npx() { "$@"; }', ...parts].join('\n')
}

test('every block of the README is run, or is one that is run elsewhere', async () => {
  const others = (await shellBlocks()).filter(({ mode }) => mode === '')
  const lines = others.flatMap(({ commands }) => commands.trim().split('\n'))
  expect(lines).toEqual(runElsewhere)
})

const withCli = test.skipIf(!isInstalled('aws'))

withCli('the five minutes of the README (needs the aws command)', async () => {
  const folder = await temporaryFolder()
  const dataDir = join(folder, 'bailiwick-data')
  await mkdir(dataDir, { recursive: true })
  const server = await startServer({ dataDir })
  try {
    const blocks = await shellBlocks()
    const path = [join(root, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']]
    const env = { PATH: path.join(':'), HOME: process.env['HOME'] ?? folder, AWS_PAGER: '' }
    const inBash = (script: string) => run('bash', ['-c', script], { cwd: folder, env })
    const outcome = await inBash(
      scriptOf(blocks.filter(({ mode }) => mode === 'run' || mode === 'refused')),
    )
    const said = outcome.stdout + outcome.stderr
    expect(said).toContain('because no identity-based policy allows the iam:ListUsers action')
    expect(said).toContain('because no identity-based policy allows the s3:GetObject action')
    expect(said).toMatch(/"UserName": "ann"/)
    expect(said).toContain('Allowed: s3:GetObject on arn:aws:s3:::reports/may.csv.')
    expect(said).toMatch(/\n42\n$/)
    expect(outcome.code, said).toBe(0)
    const ids = [...server.output().matchAll(/bailiwick explain ([\w-]+)/g)].map(([, id]) => id)
    const asked = blocks.filter(({ mode }) => mode === 'explain')
    for (const block of asked) {
      const script = scriptOf([
        { ...block, commands: block.commands.replace('ID', ids.at(-1) ?? '') },
      ])
      const { code, stdout } = await inBash(script)
      expect(stdout).toContain('s3:GetObject')
      expect(stdout).toContain('No identity-based policy allows it')
      expect(code).toBe(0)
    }
    expect(asked).toHaveLength(1)
  } finally {
    await server.stop()
    await server.removeData()
  }
})
