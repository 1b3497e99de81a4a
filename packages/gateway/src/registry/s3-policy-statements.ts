import { globMatches } from '@bailiwick/policy'
import type { PolicyDocument, Statement } from '@bailiwick/policy'
import { factsOfService, type ActionFacts } from '../resolve/facts.ts'
import { malformedPolicy } from './s3-words.ts'

/**
 * What S3 refuses of a bucket policy that the language takes: actions that it does not have, that are
 * about none of the statement's resources, and conditions on keys that an action does not set.
 * Source: policy-language §10, for the words. Chosen by us, as users report it: each action and each
 * key must apply, where an action with a wildcard stands for those of its actions that do; statements
 * with NotAction or NotResource are taken as they are.
 *
 * @throws Refusal MalformedPolicy
 */
export function checkBucketStatements({ statements }: PolicyDocument): void {
  for (const statement of statements) {
    assertKnownKeys(statement)
    const { actions = [], resources } = statement
    for (const pattern of actions) {
      const matching = actionsMatching(pattern)
      if (matching.length === 0) throw malformedPolicy('Policy has invalid action')
      if (resources === undefined) continue
      const applying = matching.filter((action) => appliesToAny(action, resources))
      if (applying.length === 0) {
        throw malformedPolicy('Action does not apply to any resource(s) in statement')
      }
      assertConditionsApply(statement, applying)
    }
  }
}

const s3Actions = factsOfService('s3')

function actionsMatching(pattern: string): readonly ActionFacts[] {
  const wanted = pattern.toLowerCase()
  return s3Actions.filter(({ action }) => globMatches(wanted, action.toLowerCase()))
}

/** Of a policy's resources: the bucket, or what is in it. */
function appliesToAny({ types }: ActionFacts, resources: readonly string[]): boolean {
  const names = new Set(types.map(({ name }) => name))
  return resources.some((arn) => names.has(arn.includes('/') ? 'object' : 'bucket'))
}

/** Keys of S3 in lower case; those of tags without the tag's own. */
const s3Keys = keysOf(s3Actions)

function keysOf(actions: readonly ActionFacts[]): ReadonlySet<string> {
  return new Set(actions.flatMap(({ keys }) => keys.map(nameOf)))
}

function nameOf(key: string): string {
  return key.toLowerCase().replace(/\/.*$/s, '')
}

function ownKeys({ conditions }: Statement): readonly string[] {
  return conditions
    .map(({ conditionKey }) => nameOf(conditionKey))
    .filter((key) => key.startsWith('s3:'))
}

function assertKnownKeys(statement: Statement): void {
  if (ownKeys(statement).every((key) => s3Keys.has(key))) return
  throw malformedPolicy('Policy has an invalid condition key')
}

function assertConditionsApply(statement: Statement, actions: readonly ActionFacts[]): void {
  const keys = keysOf(actions)
  if (ownKeys(statement).every((key) => keys.has(key))) return
  const message = 'Conditions do not apply to combination of actions and resources in statement'
  throw malformedPolicy(message)
}
