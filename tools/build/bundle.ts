/**
 * The server and its command line as one bundle: packages/cli/dist/bailiwick.js and its parts. Our
 * own packages are bundled, and those whose many files would slow the start; the others stay where
 * npm put them.
 *
 * Assets: JSON is imported (`with { type: 'json' }`) and inlined. Anything else is read with
 * `new URL('./NAME', import.meta.url)` by a file that lies beside it, listed below, and copied
 * beside the bundle: so one line of code finds it in both places.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Metafile, Plugin } from 'esbuild'
import { readServices } from '../../packages/wire/models/read-model.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'packages/cli/dist')
const output = join(folder, 'bailiwick.js')

/** What is imported while running is a file of its own: by the text of the import. */
const parts: Readonly<Record<string, { readonly source: string; readonly name: string }>> = {
  './main.ts': { source: 'packages/cli/src/main.ts', name: 'main' },
  '@bailiwick/policy/action-data': {
    source: 'packages/policy/action-data/index.ts',
    name: 'action-data',
  },
}

/** Programs of their own, by the names of their files: ours is last, since `isStale` looks at it. */
const programs = [
  { in: join(root, 'packages/embedded/src/child.ts'), out: 'embedded' },
  { in: join(root, 'packages/cli/src/launch.ts'), out: basename(output, '.js') },
]

/** Relative to the root; file names are unique, since they meet in one folder. */
const assets = [
  'packages/server/src/managed-policies/policies.pack',
  ...readServices.map((service) => `packages/wire/models/${service}.json`),
]

/** Where the sources of the bundle lie; a change in any of them makes it stale. */
const sources = ['packages', 'tools/build', 'package-lock.json']
const notSources = /(^|\/)(node_modules|dist|cases)$|\.test\.tsx?$/

/** Milliseconds since 1970 of the latest change under `path`; a missing path has never changed. */
function changedAtMs(path: string): number {
  if (notSources.test(path) || !existsSync(path)) return 0
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  return Math.max(0, ...readdirSync(path).map((name) => changedAtMs(join(path, name))))
}

/** Whether a source is younger than the bundle, or there is no bundle. */
export function isStale(): boolean {
  if (!existsSync(output)) return true
  const builtAtMs = statSync(output).mtimeMs
  return sources.some((path) => changedAtMs(join(root, path)) > builtAtMs)
}

/** Many small files that Node would read one by one at each start: bundled with ours. */
const bundledPackages = /^(commander|jsonc-parser|kysely)($|\/)/

const separateParts: Plugin = {
  name: 'separate-parts',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ path, kind }) => {
      const part = kind === 'dynamic-import' && Object.hasOwn(parts, path) ? parts[path] : undefined
      return part && { path: `./${part.name}.js`, external: true }
    })
  },
}

/**
 * Imported as a module, node:http builds each of its exports, among them a WebSocket client that
 * takes as long as the rest of the start. Asked for as a builtin, it does not.
 */
const builtinHttp: Plugin = {
  name: 'builtin-http',
  setup(build) {
    build.onResolve({ filter: /^node:http$/ }, ({ path }) => ({ path, namespace: 'builtin' }))
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }))
  },
}

/** Whatever is neither a file of ours nor one of our workspaces stays an import. */
const registryPackages: Plugin = {
  name: 'registry-packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
      const ours = /^(@bailiwick\/|bailiwick($|\/))/.test(path)
      const inside = bundledPackages.test(path) || importer.includes('/node_modules/')
      return ours || inside || kind === 'entry-point' ? undefined : { path, external: true }
    })
  },
}

/** An import that Node would not find from the bundle's folder is found out now, not at start. */
function assertResolvable(metafile: Metafile): void {
  const { resolve } = createRequire(output)
  const imports = Object.values(metafile.outputs).flatMap((file) => file.imports)
  for (const { path, external } of imports) {
    if (external !== true || path.startsWith('./')) continue
    try {
      resolve(path)
    } catch (cause) {
      throw new Error(`${path} is imported, but cannot be found from packages/cli/dist`, { cause })
    }
  }
}

/**
 * Writes the bundle and copies its assets. Built aside and moved into place, so that a second
 * process never starts half a file. Throws where a source does not compile.
 */
export async function bundle(): Promise<void> {
  const { build } = await import('esbuild')
  const aside = join(folder, String(process.pid))
  mkdirSync(aside, { recursive: true })
  try {
    const { metafile } = await build({
      entryPoints: [
        ...Object.values(parts).map(({ source, name }) => ({ in: join(root, source), out: name })),
        ...programs,
      ],
      outdir: aside,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node22.18',
      // jsonc-parser's `main` cannot be bundled, its `module` can.
      mainFields: ['module', 'main'],
      metafile: true,
      // Node keeps the text of a bundle in memory for as long as it runs.
      minifyWhitespace: true,
      lineLimit: 160,
      logLevel: 'warning',
      plugins: [separateParts, builtinHttp, registryPackages],
    })
    assertResolvable(metafile)
    for (const asset of assets) copyFileSync(join(root, asset), join(folder, basename(asset)))
    const names = [
      ...Object.values(parts).map(({ name }) => name),
      ...programs.map(({ out }) => out),
    ]
    for (const name of names) {
      renameSync(join(aside, `${name}.js`), join(folder, `${name}.js`))
    }
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}
