/**
 * Condition keys that a gate in front of backends cannot know, and the policies that depend on them:
 * what AWS would decide on is there refused in doubt.
 */
import type { UnknownKeys } from '../../action-data/unknown-keys.ts'
import { statementContextKeys, uniqueKeys, variableKeys } from '../document/context-keys.ts'
import type { PolicyDocument, Statement } from '../document/policy-document.ts'
import { found, type RuleFinding } from './finding.ts'
import type { Located, PolicyView, StatementView } from './policy-view.ts'

/** A key that a statement asks for and nobody there knows. */
export interface UnknownKeyUse {
  /** As the statement writes it. */
  readonly key: string
  /** Of the actions for which it is not known. */
  readonly services: readonly string[]
  /** Its `Sid`, or its place from 1 on. */
  readonly statement: string
}

/**
 * What of these keys the statements of a policy ask for, in conditions and in variables, where they
 * are about a service whose key it is. Each once a statement. Total.
 */
export function unknownKeyUses(
  { statements, version }: PolicyDocument,
  keys: UnknownKeys['never'],
): readonly UnknownKeyUse[] {
  return statements.flatMap((statement, index) => {
    const name = statement.sid ?? String(index + 1)
    return uniqueKeys(statementContextKeys(statement, version)).flatMap((key) => {
      const services = servicesNotKnowing(key, statement, keys)
      return services.length > 0 ? [{ key, services, statement: name }] : []
    })
  })
}

/** The same as findings. */
export function* unknownKeyFindings(
  policy: PolicyView,
  { never, notAlways }: UnknownKeys,
): Generator<RuleFinding> {
  for (const [index, statement] of policy.statements.entries()) {
    const name = statement.sid?.value || String(index + 1)
    for (const { key, place } of askedFor(statement, policy.version?.value)) {
      yield* oneKey(key, place, statement, { name, never, notAlways })
    }
  }
}

function* oneKey(
  key: string,
  place: Located,
  { actions, notActions }: StatementView,
  { name, never, notAlways }: UnknownKeys & { readonly name: string },
): Generator<RuleFinding> {
  const about = {
    ...(actions.length > 0 && { actions: actions.map(({ value }) => value) }),
    ...(notActions.length > 0 && { notActions: notActions.map(({ value }) => value) }),
  }
  const doubt = `statement ${name} is refused in doubt: a Deny denies, an Allow does not allow.`
  const unknown = servicesNotKnowing(key, about, never)
  if (unknown.length > 0) {
    const details = `This gate cannot know ${key} of ${unknown.join(', ')}: statements that depend on it are refused in doubt.`
    yield found('CONDITION_KEY_NOT_KNOWN', place, details, `There ${doubt}`)
    return
  }
  const sometimes = servicesNotKnowing(key, about, notAlways)
  if (sometimes.length === 0) return
  const details = `This gate cannot know ${key} of ${sometimes.join(', ')} of every call.`
  yield found(
    'CONDITION_KEY_NOT_ALWAYS_KNOWN',
    place,
    details,
    `Where a call does not tell it, ${doubt}`,
  )
}

/** Each key of a statement once, where it first stands. */
function askedFor(
  { conditions, resources, notResources }: StatementView,
  version: string | undefined,
): readonly { readonly key: string; readonly place: Located }[] {
  const texts = [...conditions.flatMap(({ values }) => values), ...resources, ...notResources]
  const all = [
    ...conditions.map(({ conditionKey: place }) => ({ key: place.value, place })),
    ...texts.flatMap((place) =>
      variableKeys(place.value, version === '2012-10-17' ? version : '2008-10-17').map((key) => ({
        key,
        place,
      })),
    ),
  ]
  return all.filter(({ key }, index) => all.findIndex((each) => sameKey(each.key, key)) === index)
}

const sameKey = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()

/** The services that a statement is about and that have the key among these. */
function servicesNotKnowing(
  key: string,
  about: Pick<Statement, 'actions' | 'notActions'>,
  keys: UnknownKeys['never'],
): readonly string[] {
  return Object.entries(keys)
    .filter(([, names]) => names.some((name) => isNamed(key.toLowerCase(), name.toLowerCase())))
    .map(([service]) => service)
    .filter((service) => isAbout(about, service))
}

/** A name that ends in `/` or `:` stands for all that begin so. */
function isNamed(key: string, name: string): boolean {
  return /[/:]$/.test(name) ? key.startsWith(name) : key === name
}

function isAbout(
  { actions, notActions }: Pick<Statement, 'actions' | 'notActions'>,
  service: string,
): boolean {
  if (actions) return actions.some((action) => ['*', service].includes(serviceOf(action)))
  const isAllOfIt = (action: string) => action === '*' || action.toLowerCase() === `${service}:*`
  return notActions !== undefined && !notActions.some(isAllOfIt)
}

function serviceOf(action: string): string {
  return (action.split(':')[0] ?? '').trim().toLowerCase()
}
