/**
 * `node tools/rooms/main.ts`: which room imports what it may not. Prints the sentence of the
 * import table for each broken lock, and exits 1 where there is any.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inspectRooms } from './locks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = ['packages', 'conformance', 'bench', 'tools'].filter((name) =>
  existsSync(`${root}/${name}`),
)

const { broken, modules } = await inspectRooms(root, folders)
for (const { rule, from, to, sentence } of broken) {
  console.log(`${from} → ${to}\n  ${sentence} [${rule}]`)
}
console.log(`rooms: ${modules} modules, ${broken.length} locks broken`)
if (broken.length > 0 || modules === 0) process.exitCode = 1
