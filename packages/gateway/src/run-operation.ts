import type { OperationInput } from '@bailiwick/wire'
import type { AnyOperation, GateScope } from './operation.ts'
import type { ScopePort } from './ports.ts'
import { Refusal } from './refusal.ts'

/** One call of an operation, by a caller that is authenticated, with an input that is checked. */
export interface Run<Scope extends GateScope> {
  readonly operation: AnyOperation<Scope>
  readonly input: OperationInput
  readonly gate: GateScope
}

/** Throws the refusal where a check of the operation is not allowed. */
export type DecideRun<Scope extends GateScope> = (scope: Scope, resolved: unknown) => void

/** How often a write prepares anew because what it had prepared for was changed meanwhile. */
const attemptsMax = 3

/**
 * Resolves, authorizes, prepares and handles: a read in one snapshot; a write in a transaction,
 * decided on a snapshot first, so that one that is refused never takes the writer. If anything in
 * the account has changed by the time it has the writer, it is resolved and decided anew, in its
 * transaction; if what was prepared no longer holds then, the whole way begins anew.
 *
 * Errors: whatever the operation and `decide` throw; ServiceUnavailable after three vain attempts.
 */
export async function runOperation<Scope extends GateScope>(
  run: Run<Scope>,
  scopes: ScopePort<Scope>,
  decide: DecideRun<Scope>,
): Promise<unknown> {
  const { operation, input } = run
  const decideIn = async (scope: Scope): Promise<unknown> => {
    const resolved: unknown = await operation.resolve(input, scope)
    decide(scope, resolved)
    return resolved
  }
  if (!operation.mutates && operation.mutatesWith?.(input) !== true) {
    return read(run, scopes, decideIn)
  }
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const written = await write(run, scopes, decideIn)
    if (written.done) return written.output
  }
  throw new Refusal('ServiceUnavailable', 'What the request is about keeps changing.', 503)
}

/** One that prepares is handled in a snapshot of its own: that it was decided on waits for nothing. */
async function read<Scope extends GateScope>(
  { operation, input, gate }: Run<Scope>,
  scopes: ScopePort<Scope>,
  decideIn: (scope: Scope) => Promise<unknown>,
): Promise<unknown> {
  const { prepare } = operation
  if (prepare === undefined) {
    return scopes.read(gate, async (scope) => {
      const output: unknown = await operation.handle(input, scope, await decideIn(scope), undefined)
      return output
    })
  }
  const before = await scopes.read(gate, async (scope) => ({
    scope,
    resolved: await decideIn(scope),
  }))
  const prepared: unknown = await prepare(input, before.scope, before.resolved)
  return scopes.read(gate, async (scope) => {
    const output: unknown = await operation.handle(input, scope, before.resolved, prepared)
    return output
  })
}

/** `done: false`: what was prepared did not hold, and nothing was written. */
type Written = { readonly done: true; readonly output: unknown } | { readonly done: false }

async function write<Scope extends GateScope>(
  { operation, input, gate }: Run<Scope>,
  scopes: ScopePort<Scope>,
  decideIn: (scope: Scope) => Promise<unknown>,
): Promise<Written> {
  const before = await scopes.read(gate, async (scope, version) => ({
    scope,
    resolved: await decideIn(scope),
    version,
  }))
  const prepared: unknown = await operation.prepare?.(input, before.scope, before.resolved)
  return scopes.write(gate, async (scope, version): Promise<Written> => {
    const isSame = version === before.version
    const resolved = isSame ? before.resolved : await decideIn(scope)
    if (!isSame && operation.stillHolds?.(before.resolved, resolved) === false) {
      return { done: false }
    }
    const output: unknown = await operation.handle(input, scope, resolved, prepared)
    return { done: true, output }
  })
}
