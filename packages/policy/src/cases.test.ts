import { expect, test } from 'vitest'
import { loadCases, readCases } from '../cases/load-cases.ts'
import type { GoldenCase } from '../cases/load-cases.ts'
import type { Decision, PolicySet, SourcedPolicy } from './authorization.ts'
import type { PolicyDocument } from './document/policy-document.ts'
import { compilePolicy, decide } from './engine.ts'
import type { CompiledPolicy } from './engine.ts'
import { decideReference } from './reference/decide.ts'

// Goal: both engines decide every golden case as its source says.
// Method: a folder per rule under cases/; a case runs through the reference and through the façade.
const cases = loadCases()

/** Only grows; a case is neither deleted nor flipped without a decision record. */
const casesMin = 1200

test('no golden case is lost', () => {
  expect(cases.length).toBeGreaterThanOrEqual(casesMin)
})

for (const golden of cases) {
  test(`${golden.file}: ${golden.name}`, () => {
    expectGolden(decideReference(golden.request, golden.policies), golden, 'reference')
    expectGolden(decide(golden.request, compiled(golden.policies)), golden, 'façade')
  })
}

function expectGolden(decision: Decision, { expected, source }: GoldenCase, engine: string): void {
  const { decision: kind, blockedBy, decidingStatements } = decision
  const message = `${engine}, against ${source}`
  expect({ decision: kind, blockedBy }, message).toEqual({
    decision: expected.decision,
    blockedBy: expected.blockedBy,
  })
  if (expected.decidingSids === undefined) return
  const sids = decidingStatements.map(({ sid, statementIndex }) => sid ?? `#${statementIndex}`)
  expect(sids.sort(), message).toEqual([...expected.decidingSids].sort())
}

function compiled(policies: PolicySet<PolicyDocument>): PolicySet<CompiledPolicy> {
  const one = ({ source, policy }: SourcedPolicy<PolicyDocument>) => ({
    source,
    policy: compilePolicy(policy),
  })
  const list = (layer: readonly SourcedPolicy<PolicyDocument>[]) => layer.map(one)
  const { identity, permissionsBoundary, session, resource, endpoint } = policies
  const { serviceControl, resourceControl } = policies
  return {
    identity: list(identity),
    ...(permissionsBoundary && { permissionsBoundary: one(permissionsBoundary) }),
    ...(session && { session: list(session) }),
    ...(resource && { resource: list(resource) }),
    ...(serviceControl && { serviceControl: serviceControl.map(list) }),
    ...(resourceControl && { resourceControl: resourceControl.map(list) }),
    ...(endpoint && { endpoint: list(endpoint) }),
  }
}

const wellFormed = {
  source: 'chosen by us',
  request: { principal: 'ann', action: 's3:GetObject', resource: '*' },
  cases: [{ name: 'a', decision: 'implicitDeny', blockedBy: 'identityPolicy' }],
}
const principals = { ann: { kind: 'anonymous' } }

test('a well-formed case file is read', () => {
  expect(readCases('x.json', wellFormed, principals)).toHaveLength(1)
})

const malformed: readonly [what: string, content: object][] = [
  ['a typo in a key of the file', { ...wellFormed, sources: 'x' }],
  ['no source', { ...wellFormed, source: undefined }],
  ['a typo in a key of a case', withCase({ decisions: 'allowed' })],
  ['a typo in a key of the request', withCase({ request: { actions: 'x' } })],
  ['a typo in a layer', withCase({ policies: { identities: [] } })],
  ['an unknown principal', withCase({ request: { principal: 'zoe' } })],
  ['an unknown decision', withCase({ decision: 'deny' })],
  ['a refusal that names no policy type', withCase({ blockedBy: undefined })],
  ['an unknown policy type', withCase({ blockedBy: 'scp' })],
  ['an allow that is blocked', withCase({ decision: 'allowed' })],
  ['a policy that is no policy', withCase({ policies: { identity: [{ Effect: 'Allow' }] } })],
  ['the same name twice', { ...wellFormed, cases: [...wellFormed.cases, ...wellFormed.cases] }],
  ['no cases', { ...wellFormed, cases: [] }],
]

for (const [what, content] of malformed) {
  test(`a case file is refused for ${what}`, () => {
    expect(() => readCases('x.json', content as never, principals)).toThrow('x.json')
  })
}

function withCase(change: object): object {
  return { ...wellFormed, cases: [{ ...wellFormed.cases[0], ...change }] }
}
