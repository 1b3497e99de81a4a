/** `node tools/build.ts [--if-stale]`: builds packages/cli/dist/bailiwick.js. */
import { bundle, isStale } from './build/bundle.ts'

if (!process.argv.includes('--if-stale') || isStale()) {
  const startedAtMs = performance.now()
  await bundle()
  const tookMs = Math.round(performance.now() - startedAtMs)
  process.stderr.write(`built packages/cli/dist/bailiwick.js in ${tookMs} ms\n`)
}
