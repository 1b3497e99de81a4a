#!/usr/bin/env node
/**
 * The `bailiwick` command. Plain JavaScript that any Node from 16 on reads: where the Node that
 * runs it is too old, it runs itself again under the one that npm installed with the project. In a
 * checkout it builds what is stale first.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const self = fileURLToPath(import.meta.url)
const here = dirname(self)
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) {
  await start()
} else {
  startUnderPinnedNode()
}

async function start() {
  const bundler = join(here, '../../../tools/build/bundle.ts')
  if (existsSync(bundler)) {
    const { bundle, isStale } = await import(pathToFileURL(bundler).href)
    if (isStale()) await bundle()
  }
  await import(pathToFileURL(join(here, '../dist/bailiwick.js')).href)
}

function startUnderPinnedNode() {
  const node = pinnedNode(here)
  if (node === undefined) {
    const message = `bailiwick needs Node 22.18 or newer; this is ${process.versions.node}`
    process.stderr.write(`${message}. In a checkout, \`npm ci\` installs one.\n`)
    process.exit(1)
  }
  const child = spawn(node, [self, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal))
  }
  child.once('exit', (code, signal) => {
    process.exit(code ?? (signal === 'SIGINT' ? 130 : 143))
  })
}

/** `node_modules/.bin/node` in the nearest folder upward that has one. */
function pinnedNode(folder) {
  const node = join(folder, 'node_modules/.bin/node')
  if (existsSync(node)) return node
  return dirname(folder) === folder ? undefined : pinnedNode(dirname(folder))
}
