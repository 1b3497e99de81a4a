/**
 * Single statements of a resource's policy, for the operations that add and remove them by their
 * label: AddPermission, PutPermission, RemovePermission. Text and saved form change alike.
 */
import type { SavedPolicy } from './resource.ts'

export interface WrittenStatement {
  readonly Sid?: string
  readonly [element: string]: unknown
}

/** What stands around the statements of a policy that is begun by the first of them. */
export interface PolicyHead {
  readonly Version: string
  readonly Id?: string
}

/** A statement as it is given, and as it is decided on; one, where it names no user or role. */
export interface NewStatement {
  readonly text: WrittenStatement
  readonly saved: WrittenStatement
}

interface WrittenPolicy {
  readonly Statement?: unknown
  readonly [element: string]: unknown
}

/** The statements of a policy, in order; none where there is no policy. */
export function statementsOf(policy: SavedPolicy | undefined): readonly WrittenStatement[] {
  return policy === undefined ? [] : written(policy.text).statements
}

export function hasStatement(policy: SavedPolicy | undefined, sid: string): boolean {
  return statementsOf(policy).some(({ Sid }) => Sid === sid)
}

/** The policy with one more statement at its end, in the place of any of the same label. */
export function withStatement(
  policy: SavedPolicy | undefined,
  { text, saved }: NewStatement,
  head: PolicyHead,
): SavedPolicy {
  const kept = policy === undefined ? undefined : withoutStatement(policy, text.Sid ?? '')
  return {
    text: extended(kept?.text, text, head),
    saved: extended(kept?.saved, saved, head),
  }
}

/** The policy without the statements of a label; undefined where none is left. */
export function withoutStatement(policy: SavedPolicy, sid: string): SavedPolicy | undefined {
  if (statementsOf(policy).every((statement) => statement.Sid === sid)) return undefined
  return { text: reduced(policy.text, sid), saved: reduced(policy.saved, sid) }
}

function extended(policy: string | undefined, statement: WrittenStatement, head: PolicyHead) {
  const { document, statements } = policy === undefined ? empty(head) : written(policy)
  return JSON.stringify({ ...document, Statement: [...statements, statement] })
}

function reduced(policy: string, sid: string): string {
  const { document, statements } = written(policy)
  return JSON.stringify({ ...document, Statement: statements.filter(({ Sid }) => Sid !== sid) })
}

function empty(head: PolicyHead) {
  return { document: head as object, statements: [] as readonly WrittenStatement[] }
}

/** A policy that was taken parses, and has one statement or a list of them. */
function written(policy: string) {
  const document = JSON.parse(policy) as WrittenPolicy
  const { Statement: held } = document
  const list = Array.isArray(held) ? held : [held]
  return { document: document as object, statements: list as readonly WrittenStatement[] }
}

/** One value alone, several as a list: as AWS writes its statements. */
export function oneOrList(values: readonly string[]): string | readonly string[] {
  const [only] = values
  return values.length === 1 && only !== undefined ? only : values
}

/** Whole accounts as principals. */
export function accountPrincipals(partition: string, accountIds: readonly string[]) {
  return { AWS: oneOrList(accountIds.map((id) => `arn:${partition}:iam::${id}:root`)) }
}

/** Whether two policies say the same, however they are spaced. */
export function isSamePolicy(a: string, b: string): boolean {
  try {
    return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b))
  } catch {
    return false
  }
}
