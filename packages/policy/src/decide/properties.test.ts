import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AuthorizationRequest, Decision, PolicySet } from '../authorization.ts'
import type { PolicyDocument } from '../document/policy-document.ts'
import { compileSet } from '../testing/compile-set.ts'
import { documents } from '../testing/documents.ts'
import { policySets, requests } from '../testing/requests.ts'
import { decide } from './decide.ts'

// Goal: what must hold of every decision, whatever the policies. Method: generated policy sets, one
// change, the two answers compared. Source: the properties that Cedar states and proves of itself
// (cedar-lean/README.md); those on boundaries and session policies from the IAM User Guide.
const runs = { numRuns: 800 }

type Documents = PolicySet<PolicyDocument>

function ask(request: AuthorizationRequest, policies: Documents): Decision {
  return decide(request, compileSet(policies))
}

const isUndeniable = ({ action }: AuthorizationRequest) =>
  ['sts:getcalleridentity', 'sts:getsessiontoken'].includes(action.toLowerCase())

/** Each list twice, the second time from its end. */
function reorderedAndDoubled(policies: Documents): Documents {
  const twice = <T>(list: readonly T[]): T[] => [...list].reverse().concat(list)
  const { session, resource, endpoint, serviceControl, resourceControl } = policies
  return {
    ...policies,
    identity: twice(policies.identity),
    ...(session && { session: twice(session) }),
    ...(resource && { resource: twice(resource) }),
    ...(endpoint && { endpoint: twice(endpoint) }),
    ...(serviceControl && { serviceControl: serviceControl.map(twice) }),
    ...(resourceControl && { resourceControl: resourceControl.map(twice) }),
  }
}

function withEffect(document: PolicyDocument, effect: 'Allow' | 'Deny'): PolicyDocument {
  return { ...document, statements: document.statements.map((one) => ({ ...one, effect })) }
}

const lists = ['identity', 'session', 'resource', 'endpoint'] as const
const levels = ['serviceControl', 'resourceControl'] as const
const layers = [...lists, ...levels, 'permissionsBoundary'] as const

/** The set with one policy more in a layer that exists; undefined where the layer does not. */
function withPolicy(
  policies: Documents,
  layer: (typeof layers)[number],
  policy: PolicyDocument,
): Documents | undefined {
  const added = { source: { policyType: 'identityPolicy' as const, id: 'added' }, policy }
  switch (layer) {
    case 'permissionsBoundary': {
      const { permissionsBoundary: bound } = policies
      if (bound === undefined) return undefined
      const statements = [...bound.policy.statements, ...policy.statements]
      const { source } = bound
      return { ...policies, permissionsBoundary: { source, policy: { ...policy, statements } } }
    }
    case 'serviceControl':
    case 'resourceControl': {
      const [first, ...rest] = policies[layer] ?? []
      return first && { ...policies, [layer]: [[...first, added], ...rest] }
    }
    default: {
      // Trust policies are told by their source.
      const list = policies[layer]
      const source = list?.[0]?.source ?? added.source
      return list && { ...policies, [layer]: [...list, { source, policy }] }
    }
  }
}

const everything: PolicyDocument = {
  version: '2012-10-17',
  statements: [{ effect: 'Deny', actions: ['*'], resources: ['*'], conditions: [] }],
}

function always(check: (request: AuthorizationRequest, policies: Documents) => void): void {
  fc.assert(fc.property(requests, policySets, check), runs)
}

test('a satisfied Deny denies', () => {
  always((request, policies) => {
    const source = { policyType: 'identityPolicy' as const, id: 'deny' }
    const identity = [...policies.identity, { source, policy: everything }]
    const { principal } = request
    fc.pre(!isUndeniable(request) || principal.kind === 'anonymous')
    expect(ask(request, { ...policies, identity }).decision).toBe('explicitDeny')
  })
})

test('what no Allow permits is denied', () => {
  always((request, policies) => {
    fc.pre(!isUndeniable(request))
    const { principal } = request
    const creator = principal.kind === 'federatedUser' ? principal.creator : principal
    fc.pre(creator.kind !== 'root')
    const { decision, decidingStatements } = ask(request, policies)
    if (decision === 'allowed') expect(decidingStatements.length).toBeGreaterThan(0)
  })
})

test('without any policy nobody but root is allowed', () => {
  always((request) => {
    fc.pre(!isUndeniable(request) && request.principal.kind !== 'root')
    expect(ask(request, { identity: [] }).decision).toBe('implicitDeny')
  })
})

test('order and duplicates do not matter', () => {
  always((request, policies) => {
    const before = ask(request, policies)
    const after = ask(request, reorderedAndDoubled(policies))
    expect(after.decision).toBe(before.decision)
    expect(after.blockedBy).toBe(before.blockedBy)
  })
})

test('adding a Deny never allows, in no layer', () => {
  const additions = fc.tuple(fc.constantFrom(...layers), documents(true))
  fc.assert(
    fc.property(requests, policySets, additions, (request, policies, [layer, document]) => {
      const added = withPolicy(policies, layer, withEffect(document, 'Deny'))
      fc.pre(added !== undefined)
      if (ask(request, added).decision !== 'allowed') return
      expect(ask(request, policies).decision).toBe('allowed')
    }),
    runs,
  )
})

test('adding an Allow never denies, in no layer', () => {
  const additions = fc.tuple(fc.constantFrom(...layers), documents(true))
  fc.assert(
    fc.property(requests, policySets, additions, (request, policies, [layer, document]) => {
      const added = withPolicy(policies, layer, withEffect(document, 'Allow'))
      fc.pre(added !== undefined)
      if (ask(request, policies).decision !== 'allowed') return
      expect(ask(request, added).decision).toBe('allowed')
    }),
    runs,
  )
})

test('a level of control policies and an endpoint policy never add', () => {
  const bounds = fc.constantFrom(...levels, 'endpoint' as const)
  fc.assert(
    fc.property(requests, policySets, bounds, (request, policies, layer) => {
      const { [layer]: _, ...without } = policies
      fc.pre(policies[layer] !== undefined)
      if (ask(request, policies).decision !== 'allowed') return
      expect(ask(request, without).decision).toBe('allowed')
    }),
    runs,
  )
})

test('what another account may do, the own account may do with the same policies', () => {
  always((request, policies) => {
    fc.pre('accountId' in request.principal)
    if (ask({ ...request, resourceAccountId: '999988887777' }, policies).decision !== 'allowed') {
      return
    }
    const { resourceAccountId: _, ...own } = request
    expect(ask(own, policies).decision).toBe('allowed')
  })
})

test('a permissions boundary never adds', () => {
  always((request, policies) => {
    const { permissionsBoundary, ...without } = policies
    fc.pre(permissionsBoundary !== undefined)
    if (ask(request, policies).decision !== 'allowed') return
    expect(ask(request, without).decision).toBe('allowed')
  })
})

test('a session policy never adds, except to a federated user, who may do nothing without', () => {
  always((request, policies) => {
    const { session, ...without } = policies
    fc.pre(session !== undefined && request.principal.kind !== 'federatedUser')
    if (ask(request, policies).decision !== 'allowed') return
    expect(ask(request, without).decision).toBe('allowed')
  })
})
