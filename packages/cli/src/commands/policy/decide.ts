/** `bailiwick policy decide`: one decision from policy files, offline. */
import {
  explain,
  explanationText,
  parsePolicy,
  type ContextValue,
  type Decision,
  type PolicySet,
  type PolicyText,
  type SourcedPolicy,
} from '@bailiwick/policy'
import { exitCodes, UsageError, type Terminal } from './output.ts'
import { policyTypes, type PolicyTypeName } from './policy-types.ts'
import { parsePrincipal } from './principal.ts'

/** Files by policy type; each option may be given several times. */
export type PolicyFiles = Readonly<Partial<Record<PolicyTypeName, readonly string[]>>>

export interface DecideOptions {
  readonly files: PolicyFiles
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly resourceAccountId?: string | undefined
  /** `key=value`; the same key again makes a list. */
  readonly context: readonly string[]
  /** Say why: what matched, what nearly did, and what would allow it. */
  readonly explain: boolean
  readonly json: boolean
}

/** Decides, reports, and answers the exit code: 0 allowed, 1 denied. */
export function decideOffline(options: DecideOptions, terminal: Terminal): number {
  const { principal, contextKeys } = parsePrincipal(options.principal)
  const now = terminal.now()
  const given = parseContext(options.context)
  const times: readonly [string, ContextValue][] = [
    ['aws:currenttime', now.toISOString()],
    ['aws:epochtime', String(Math.floor(now.getTime() / 1000))],
  ]
  const request = {
    principal,
    action: parseAction(options.action),
    resource: options.resource,
    ...(options.resourceAccountId && { resourceAccountId: options.resourceAccountId }),
    context: new Map([...times, ...contextKeys, ...given]),
  }
  const explanation = explain(request, policySet(options.files, terminal))
  const { decision } = explanation
  if (options.json) {
    terminal.out(`${JSON.stringify(options.explain ? explanation : decision, null, 2)}\n`)
  } else if (options.explain) terminal.out(`${explanationText(request, explanation)}\n`)
  else terminal.out(textOf(decision, options))
  return decision.decision === 'allowed' ? exitCodes.ok : exitCodes.found
}

function parseAction(action: string): string {
  if (/^[A-Za-z0-9.-]+:[A-Za-z0-9]+$/.test(action)) return action
  throw new UsageError(`--action ${action}: write service:Name, as in s3:GetObject`)
}

/** @throws UsageError for an entry without `=`. */
export function parseContext(entries: readonly string[]): ReadonlyMap<string, ContextValue> {
  const values = new Map<string, string[]>()
  for (const entry of entries) {
    const equals = entry.indexOf('=')
    if (equals < 1) throw new UsageError(`--context ${entry}: write key=value`)
    const key = entry.slice(0, equals).toLowerCase()
    values.set(key, [...(values.get(key) ?? []), entry.slice(equals + 1)])
  }
  return new Map(
    [...values].map(([key, list]) => [key, list.length === 1 ? (list[0] ?? '') : list]),
  )
}

function policySet(files: PolicyFiles, terminal: Terminal): PolicySet<PolicyText> {
  const load = (name: PolicyTypeName) =>
    files[name]?.map((file) => loadPolicy(name, file, terminal))
  const [permissionsBoundary, ...more] = load('boundary') ?? []
  if (more.length > 0) throw new UsageError('--boundary: a principal has one permissions boundary')
  const session = load('session')
  const resource = [...(load('resource') ?? []), ...(load('trust') ?? [])]
  const scp = load('scp')
  const rcp = load('rcp')
  const endpoint = load('endpoint')
  return {
    identity: load('identity') ?? [],
    ...(permissionsBoundary && { permissionsBoundary }),
    ...(session && { session }),
    ...(resource.length > 0 && { resource }),
    ...(scp && { serviceControl: [scp] }),
    ...(rcp && { resourceControl: [rcp] }),
    ...(endpoint && { endpoint }),
  }
}

function loadPolicy(
  name: PolicyTypeName,
  file: string,
  terminal: Terminal,
): SourcedPolicy<PolicyText> {
  let text: string
  try {
    text = terminal.readText(file)
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : ''}`)
  }
  const parsed = parsePolicy(text, policyTypes[name])
  if (!parsed.ok) {
    const [{ line, column, message }] = parsed.problems
    throw new UsageError(`${file}:${String(line)}:${String(column)}: ${message}`)
  }
  const source = { policyType: policyTypes[name], id: file }
  return { source, policy: { document: parsed.document, text } }
}

function textOf(decision: Decision, options: DecideOptions): string {
  const lines = [`${decision.decision}: ${options.action} on ${options.resource}`]
  for (const { source, sid, statementIndex } of decision.decidingStatements) {
    const name = sid === undefined || sid === '' ? `statement ${String(statementIndex + 1)}` : sid
    lines.push(`  decided by ${source.id}, ${name}`)
  }
  const { blockedBy } = decision
  if (decision.decision === 'implicitDeny' && blockedBy !== undefined) {
    const names = Object.entries(policyTypes)
    const name = names.find(([, policyType]) => policyType === blockedBy)?.[0] ?? blockedBy
    lines.push(`  no ${name} policy allows it`)
  }
  return `${lines.join('\n')}\n`
}
