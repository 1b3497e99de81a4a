/**
 * `node tools/tidy/main.ts`: the mechanical part of the house style. Prints what is out of order,
 * one line each, and exits 1 where there is any.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inspect } from './inspect.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** All files of the repository, also those not yet committed; what git ignores is left out. */
function repositoryFiles(): readonly string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  return listed.split('\0').filter((path) => path !== '' && existsSync(`${root}/${path}`))
}

const paths = repositoryFiles().filter((path) => /\.tsx?$/.test(path))
const findings = paths.flatMap((path) => inspect(path, readFileSync(`${root}/${path}`, 'utf8')))
for (const { path, line, rule, message } of findings) {
  console.log(`${path}:${line}: ${message} [${rule}]`)
}
console.log(`tidy: ${paths.length} files, ${findings.length} out of order`)
if (findings.length > 0) process.exitCode = 1
