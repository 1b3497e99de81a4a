/**
 * What generated cases exercise, as names that can be counted: a rule that no case meets is a rule
 * that the comparison of the two engines says nothing about.
 */
import type { AuthorizationRequest, PolicyType, SourcedPolicy } from '../authorization.ts'
import {
  arnOperators,
  dateOperators,
  numericOperators,
  otherOperators,
  stringOperators,
} from '../document/condition-operator.ts'
import type { Condition, PolicyDocument, Statement } from '../document/policy-document.ts'
import { conditionsHold } from '../reference/condition.ts'
import { decideReference } from '../reference/decide.ts'
import type { VariableScope } from '../reference/policy-variable.ts'
import { matchesResource } from '../reference/resource.ts'
import { matchStatement } from '../reference/statement.ts'
import type { DocumentSet } from '../reference/layer.ts'
import { decisionOccurrences, expectedDecisions } from './decision-occurrences.ts'
import type { Case } from './agreement.ts'

type Visit = (name: string) => void

/** Calls `visit` with everything that a case exercises; often with the same name. */
export function visitOccurrences({ policies, requests }: Case, visit: Visit): void {
  for (const request of requests) {
    const decision = decideReference(request, policies)
    decisionOccurrences(request, policies, decision, visit)
    for (const { source, policy } of sourcedPolicies(policies)) {
      for (const statement of policy.statements) {
        visitStatement(statement, policy, source.policyType, { request, policies }, visit)
      }
    }
  }
}

function sourcedPolicies(policies: DocumentSet): readonly SourcedPolicy<PolicyDocument>[] {
  const { identity, permissionsBoundary, session, resource, endpoint } = policies
  const { serviceControl, resourceControl } = policies
  const lists = [identity, session, resource, endpoint, serviceControl?.flat()]
  const boundary = permissionsBoundary === undefined ? [] : [permissionsBoundary]
  return [...lists, resourceControl?.flat(), boundary].flatMap((list) => list ?? [])
}

interface Asked {
  readonly request: AuthorizationRequest
  readonly policies: DocumentSet
}

function visitStatement(
  statement: Statement,
  { version }: PolicyDocument,
  policyType: PolicyType,
  { request, policies }: Asked,
  visit: Visit,
): void {
  const hasBoundary = policies.permissionsBoundary !== undefined
  const asked = { request, version, hasBoundary }
  const { notActions, notPrincipals, effect } = statement
  const matches = matchStatement(statement, asked) !== 'none'
  if (matches) visit(`${effect} of ${policyType} matches`)
  if (notActions !== undefined && matches) visit(`${effect} with NotAction matches`)
  visitResources(statement, version, request, visit)

  // Conditions are asked only where action and resource match.
  const { principals: _, notPrincipals: __, ...impersonal } = statement
  if (matchStatement({ ...impersonal, conditions: [] }, asked) === 'none') return
  for (const condition of statement.conditions) {
    visitCondition(condition, statement, { version, context: request.context }, visit)
  }
  if (!conditionsHold(statement, { version, context: request.context })) return
  if (notPrincipals === undefined) return
  const bound = hasBoundary ? ' with a boundary' : ''
  const answer = matches ? 'matches' : 'spares'
  visit(`${effect} with NotPrincipal ${answer} ${request.principal.kind}${bound}`)
}

type Version = PolicyDocument['version']

function visitResources(
  { resources, notResources, effect }: Statement,
  version: Version,
  { resource, context }: AuthorizationRequest,
  visit: Visit,
): void {
  const element = resources === undefined ? 'NotResource' : 'Resource'
  const scope = { version, context }
  for (const entry of resources ?? notResources ?? []) {
    const answer = matchesResource(entry, resource, scope) ? 'means' : 'does not mean'
    visit(`${effect} with ${element} ${answer} the resource`)
    if (!entry.includes('${')) continue
    if (version === '2008-10-17') visit(`${element} with variable in 2008-10-17 ${answer}`)
    else visit(`${element} with variable ${stateOf(entry, scope)} ${answer}`)
  }
}

/** How the variables of a text stand in a context. */
function stateOf(text: string, scope: VariableScope): string {
  const inside = /\$\{(.*?)\}/.exec(text)?.[1]
  if (inside === undefined) return 'unclosed'
  if (['*', '?', '$'].includes(inside)) return 'escaped'
  const name = inside.split(', ')[0] ?? ''
  const fallback = name === inside ? '' : ' and a default'
  const value = scope.context.get(name.toLowerCase())
  if (value === undefined) return `without value${fallback}`
  return typeof value === 'string' ? `with a value${fallback}` : `with many values${fallback}`
}

const stringLike: readonly string[] = [...stringOperators, ...arnOperators, 'Bool']

function visitCondition(
  condition: Condition,
  statement: Statement,
  scope: VariableScope,
  visit: Visit,
) {
  const { conditionOperator, setOperator, operator, conditionKey } = condition
  const value = scope.context.get(conditionKey.toLowerCase())
  const isList = Array.isArray(value)
  const holds = conditionsHold({ ...statement, conditions: [condition] }, scope)
  const answer = holds ? 'holds' : 'fails'
  const presence = value === undefined || value.length === 0 ? 'absent' : 'present'
  visit(`${operator} with the key ${presence} ${answer}`)
  if (value === '') visit(`${setOperator ?? 'no set operator'} with an empty text`)
  if (isList) {
    const count = value.length > 1 ? 'many values' : value.length === 1 ? 'one' : 'none'
    visit(`${setOperator ?? 'no set operator'} with a list of ${count} ${answer}`)
  }
  for (const text of condition.values) {
    if (!text.includes('${') || scope.version === '2008-10-17') continue
    if (!stringLike.includes(conditionOperator)) continue
    visit(`${conditionOperator} with variable ${stateOf(text, scope)}`)
  }
}

const setOperators = ['', 'ForAllValues:', 'ForAnyValue:']

function operatorNames(): string[] {
  const { length } = otherOperators
  const comparing = [
    ...[...stringOperators, ...numericOperators, ...dateOperators, ...arnOperators],
    ...otherOperators.slice(0, length - 1),
  ]
  return setOperators.flatMap((set) =>
    comparing.flatMap((operator) => ['', 'IfExists'].map((suffix) => set + operator + suffix)),
  )
}

/** What an operator says of an absent key: policy-language §7, "Missing keys". */
function holdsWhenAbsent(operator: string): boolean {
  if (operator.endsWith('IfExists') || operator.startsWith('ForAll')) return true
  return !operator.startsWith('ForAny') && operator.includes('Not')
}

const effects = ['Allow', 'Deny'] as const
const policyTypes: readonly PolicyType[] = [
  'identityPolicy',
  'resourcePolicy',
  'trustPolicy',
  'permissionsBoundary',
  'sessionPolicy',
  'serviceControlPolicy',
  'resourceControlPolicy',
  'endpointPolicy',
]
const callers = ['user', 'roleSession', 'federatedUser', 'root', 'service', 'federated'] as const

const ofElements = effects.flatMap((effect) => [
  ...policyTypes.map((type) => `${effect} of ${type} matches`),
  `${effect} with NotAction matches`,
  ...['Resource', 'NotResource'].flatMap((element) => [
    `${effect} with ${element} means the resource`,
    `${effect} with ${element} does not mean the resource`,
  ]),
  `${effect} with NotPrincipal matches anonymous`,
  ...callers.flatMap((kind) => [
    `${effect} with NotPrincipal matches ${kind}`,
    `${effect} with NotPrincipal spares ${kind}`,
    `${effect} with NotPrincipal matches ${kind} with a boundary`,
  ]),
])

const variableStates = ['with a value', 'with a value and a default', 'without value']
const allStates = [...variableStates, 'without value and a default', 'with many values', 'unclosed']

const ofVariables = [
  ...['Resource', 'NotResource'].flatMap((element) => [
    ...['in 2008-10-17', 'with a value', 'without value and a default', 'escaped'].flatMap(
      (state) => [
        `${element} with variable ${state} means`,
        `${element} with variable ${state} does not mean`,
      ],
    ),
    ...['without value', 'with many values', 'unclosed'].map(
      (state) => `${element} with variable ${state} does not mean`,
    ),
  ]),
  ...stringOperators.flatMap((operator) =>
    [...allStates, 'escaped'].map((state) => `${operator} with variable ${state}`),
  ),
  ...arnOperators.flatMap((operator) =>
    ['with a value', 'without value'].map((state) => `${operator} with variable ${state}`),
  ),
]

const ofConditions = [
  ...operatorNames().flatMap((operator) => [
    `${operator} with the key present holds`,
    `${operator} with the key present fails`,
    `${operator} with the key absent ${holdsWhenAbsent(operator) ? 'holds' : 'fails'}`,
  ]),
  ...['present', 'absent'].flatMap((presence) => [
    `Null with the key ${presence} holds`,
    `Null with the key ${presence} fails`,
  ]),
  'StringSounds with the key present holds',
  'StringSounds with the key present fails',
  ...['no set operator', 'ForAllValues', 'ForAnyValue'].flatMap((set) => [
    `${set} with an empty text`,
    `${set} with a list of many values holds`,
    `${set} with a list of many values fails`,
    `${set} with a list of none ${set === 'ForAllValues' ? 'holds' : 'fails'}`,
  ]),
]

/** Everything that a run must have met. */
export const expectedOccurrences: readonly string[] = [
  ...ofElements,
  ...ofVariables,
  ...ofConditions,
  ...expectedDecisions,
]
