import { parsePolicy } from '@bailiwick/policy'
import type { PolicyDocument, Statement } from '@bailiwick/policy'
import type { Refusal } from '../refusal.ts'
import type { KeptCall } from './kept.ts'
import type { SavedPolicy } from './resource.ts'

/** What a service demands of its resources' policies, and how it refuses one. */
export interface PolicyRules {
  /** The prefix of the actions that it may name. */
  readonly service: string
  readonly isResource: (arn: string) => boolean
  readonly malformed: (message: string) => Refusal
  /** Of a principal that does not exist; absent: malformed, with its name. */
  readonly unknownPrincipal?: () => Refusal
}

/** A policy ready to be kept, and as it was understood. */
export interface ReadPolicy {
  readonly document: PolicyDocument
  readonly policy: SavedPolicy
}

/**
 * A resource's policy as its service takes it: a document of the language, about the resource, with
 * principals that exist. Its size is the service's own to hold to.
 */
export async function readResourcePolicy(
  text: string,
  rules: PolicyRules,
  { partition, resources }: Pick<KeptCall, 'partition' | 'resources'>,
): Promise<ReadPolicy> {
  const parsed = parsePolicy(text, 'resourcePolicy', { partition })
  if (!parsed.ok) throw rules.malformed(parsed.problems[0].message)
  for (const statement of parsed.document.statements) checkStatement(statement, rules)
  const canonical = parsed.document.statements.flatMap(canonicalUsers)
  const saved = await resources.savedPolicy(text)
  const [unknown = saved.ok ? undefined : saved.missing] = canonical
  if (!saved.ok || unknown !== undefined) {
    const named = () => rules.malformed(`Invalid principal in policy: ${unknown ?? ''}`)
    throw (rules.unknownPrincipal ?? named)()
  }
  return { document: parsed.document, policy: saved.policy }
}

/**
 * Canonical users stand for nobody here: a Deny for one would deny nothing, so they are refused.
 * Chosen by us; S3 takes them and shows the account in their place.
 */
function canonicalUsers({ principals, notPrincipals }: Statement): readonly string[] {
  return [principals, notPrincipals].flatMap((each) => each?.canonicalUser ?? [])
}

function checkStatement(statement: Statement, { service, isResource, malformed }: PolicyRules) {
  const named = [...(statement.resources ?? []), ...(statement.notResources ?? [])]
  if (!named.every((arn) => isResource(arn))) throw malformed('Policy has invalid resource')
  const actions = [...(statement.actions ?? []), ...(statement.notActions ?? [])]
  const isOfService = (action: string) =>
    action === '*' || action.toLowerCase().startsWith(`${service}:`)
  if (!actions.every(isOfService)) throw malformed('Policy has invalid action')
}

/** Bytes, white space and all. */
export function policyBytes(text: string): number {
  return Buffer.byteLength(text)
}
