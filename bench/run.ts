/** `npm run bench`: every benchmark, each in a process of its own, one after the other. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const wanted = process.argv.slice(2)
const folder = fileURLToPath(new URL('.', import.meta.url))
const files = readdirSync(folder).filter(
  (file) =>
    file.endsWith('.bench.ts') &&
    (wanted.length === 0 || wanted.some((name) => file.startsWith(name))),
)
for (const file of files) {
  const args = ['--expose-gc', `${folder}${file}`]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
