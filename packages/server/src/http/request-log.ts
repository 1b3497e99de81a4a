import type { DecidedCheck, GateEvent } from '@bailiwick/gateway'
import type { SignInEvent } from '../signin/port.ts'

/** What one request says in the log: ids and names, never a body, a signature or a token. */
export interface RequestLine {
  readonly id: string
  readonly caller: string
  /** `iam:CreateUser`; the first action that was refused, or the first that was asked for. */
  readonly action: string
  readonly resource?: string
  readonly decision?: string
  /** Denied, and let through to be observed. */
  readonly observed?: true
  /** `AdministratorAccess[0]`, `team-policy/DenyDelete`. */
  readonly statements?: readonly string[]
  /** How to ask why it was refused. */
  readonly explain?: string
  readonly status: number
  readonly error?: string
  /** Why the backend gave no answer. */
  readonly backend?: string
  /** Milliseconds, to a tenth. */
  readonly ms: number
  readonly from: string
}

export function requestLine(event: GateEvent): RequestLine {
  const check = event.checks.find((c) => c.decision.decision !== 'allowed') ?? event.checks[0]
  const isDenied = check !== undefined && check.decision.decision !== 'allowed'
  return {
    id: event.requestId,
    caller: event.caller?.arn ?? '-',
    action: check?.action ?? declaredAction(event),
    ...(check && decided(check)),
    ...(event.observed && { observed: true as const }),
    ...(isDenied && { explain: `bailiwick explain ${event.requestId}` }),
    status: event.status,
    ...(event.error && { error: event.error.code }),
    ...(event.backendFailure !== undefined && { backend: event.backendFailure }),
    ms: Math.round(event.durationMs * 10) / 10,
    from: event.sourceIp,
  }
}

/** Of the console's federation endpoint. */
export function signInRequestLine(event: SignInEvent, now: Date): RequestLine {
  return {
    id: event.requestId,
    caller: event.caller?.arn ?? '-',
    action: `signin:${event.name ?? '-'}`,
    status: event.status,
    ...(event.error !== undefined && { error: event.error }),
    ms: now.getTime() - event.at.getTime(),
    from: event.sourceIp,
  }
}

function declaredAction({ service, operation }: GateEvent): string {
  if (service === undefined) return '-'
  return `${service.signingName}:${operation ?? '-'}`
}

function decided({ check, decision }: DecidedCheck) {
  return {
    resource: check.resourceArn,
    decision: decision.decision,
    statements: decision.decidingStatements.map(
      ({ source, sid, statementIndex }) =>
        source.id + (sid === undefined ? `[${String(statementIndex)}]` : `/${sid}`),
    ),
  }
}
