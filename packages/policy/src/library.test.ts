import { readFileSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import ts from 'typescript'
import { expect, test, vi } from 'vitest'

// Goal: the package is what its README says to those who use it as a library. Method: each example,
// of the README and of the façade's doc comments, is type-checked and run, and what it prints is
// what its comments say; the bundle for browsers is made and weighed.
const folder = fileURLToPath(new URL('..', import.meta.url))
const documented = [
  'README.md',
  'src/document/parse-policy.ts',
  'src/compile/compile-policy.ts',
  'src/decide/decide.ts',
  'src/explain/explain.ts',
  'src/findings/validate-policy.ts',
]

interface Example {
  readonly name: string
  readonly text: string
}

function examplesOf(path: string): Example[] {
  const text = readFileSync(join(folder, path), 'utf8').replaceAll(/^ \* ?/gm, '')
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)]
  return blocks.map(([, block = ''], index) => ({
    name: `${path}, example ${index + 1}`,
    text: block,
  }))
}

const examples = documented.flatMap(examplesOf)

test('each documented file has an example', () => {
  for (const path of documented) expect(examplesOf(path).length, path).toBeGreaterThan(0)
})

test('the examples have no type errors', () => {
  const config = ts.readConfigFile(join(folder, '../../tsconfig.json'), ts.sys.readFile).config as {
    compilerOptions: object
  }
  const base = ts.parseJsonConfigFileContent(
    { extends: '../../tsconfig.base.json', compilerOptions: config.compilerOptions, files: [] },
    ts.sys,
    folder,
  )
  const files = new Map(
    examples.map(({ text }, index) => [join(folder, 'src', `example-${index}.ts`), text]),
  )
  const host = ts.createCompilerHost(base.options)
  const { readFile, fileExists } = host
  host.readFile = (path) => files.get(path) ?? readFile(path)
  host.fileExists = (path) => files.has(path) || fileExists(path)
  const program = ts.createProgram([...files.keys()], { ...base.options, noEmit: true }, host)
  const problems = [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path)
    const found = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  })
  expect(problems).toEqual([])
}, 60_000)

test.each(examples)('$name prints what it says', async ({ text }) => {
  const require = createRequire(import.meta.url)
  const specifiers = /'(@bailiwick\/policy[^']*)'/g
  const runnable = stripTypeScriptTypes(text).replaceAll(
    specifiers,
    (_, name: string) => `'file://${require.resolve(name)}'`,
  )
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    printed.push(values.map(String).join(' '))
  })
  try {
    await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(runnable)}`)
  } finally {
    log.mockRestore()
  }
  const expected = [...text.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, value]) => value)
  expect(expected.length).toBeGreaterThan(0)
  expect(printed).toEqual(expected)
})

const bundleGzipBytesMax = 45 * 1024

test('the bundle for browsers is small, and needs nothing of Node', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(folder, 'src/index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
  })
  const [output] = outputFiles
  expect(gzipSync(output?.contents ?? new Uint8Array()).length).toBeLessThanOrEqual(
    bundleGzipBytesMax,
  )
  const imports = Object.values(metafile.outputs).flatMap((file) => file.imports)
  expect(imports).toEqual([])
  const inputs = Object.keys(metafile.inputs)
  expect(inputs.filter((path) => /action-data\/|\/reference\//.test(path))).toEqual([])
})
