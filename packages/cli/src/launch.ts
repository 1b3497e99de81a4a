/**
 * Where the bundle begins: what Node compiles at this start is kept beside the bundle for the next
 * one. Whoever may write there could write the bundle itself; where nobody may, nothing is kept.
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('./compiled', import.meta.url)))
await import('./main.ts')
flushCompileCache() // Now: a server may be killed before it could.
