/**
 * The engine behind the façade: documents are compiled once and decided on many times. The
 * reference interpreter (`reference/`) answers the same, slowly, and is used by tests alone.
 */
export type { CompiledPolicy } from './compile/compiled-policy.ts'
export { compilePolicy } from './compile/compile-policy.ts'
export { decide } from './decide/decide.ts'
