/**
 * Where the bundle begins: what Node compiles at this start is kept beside the bundle for the next
 * one. Whoever may write there could write the bundle itself; where nobody may, nothing is kept.
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

/**
 * A gate holds little for long, and V8 by itself takes 50 MB more for it. Seen on the forwarding
 * benchmark; what a request costs once all is compiled stayed the same.
 */
const frugal = [
  '--no-maglev', // Its working memory stays behind in malloc's arenas: 20 to 60 MB.
  '--concurrent-turbofan-max-threads=1', // The same of each thread that compiles.
  '--semi-space-growth-factor=1', // What is young lives in 1 MB, and not in up to 32.
  '--no-parallel-scavenge', // For so little, other threads take longer to wake than to help.
]
for (const flag of frugal) setFlagsFromString(flag)

enableCompileCache(fileURLToPath(new URL('./compiled', import.meta.url)))
await import('./main.ts')
flushCompileCache() // Now: a server may be killed before it could.
