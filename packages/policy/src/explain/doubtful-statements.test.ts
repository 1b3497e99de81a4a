import { expect, test } from 'vitest'
import type { AuthorizationRequest } from '../authorization.ts'
import { parsePolicy } from '../document/parse-policy.ts'
import { explain } from './explain.ts'
import { explanationText } from './explanation-text.ts'
import { doubtfulStatements } from './doubtful-statements.ts'

// Goal: who is refused because something is not known learns what. Method: a policy a row; what the
// doubtful statement depends on, and a line of the text. Source: chosen by us.
const table = 'arn:aws:dynamodb:eu-west-1:111122223333:table'
const asked: AuthorizationRequest = {
  principal: {
    kind: 'user',
    accountId: '111122223333',
    arn: 'arn:aws:iam::111122223333:user/u',
    userId: 'AIDAUSER',
  },
  action: 'dynamodb:Query',
  resource: `${table}/a*`,
  context: new Map([['aws:username', 'u']]),
  unknown: { resource: true, contextKeys: new Set(['dynamodb:leadingkeys']) },
}

const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
const deny = { ...allow, Effect: 'Deny' }
const ofUser = { StringEquals: { 'dynamodb:LeadingKeys': 'u' } }

const rows: readonly [what: string, statement: object, doubt: readonly string[], text: string][] = [
  [
    'an Allow that asks for a key',
    { ...allow, Condition: ofUser },
    ['dynamodb:LeadingKeys'],
    'but what it is cannot be known here',
  ],
  [
    'an Allow of a resource that may be the one',
    { ...allow, Resource: `${table}/ab` },
    ['resource'],
    'which Resource the request is about cannot be known here',
  ],
  [
    'a Deny that asks for a key',
    { ...deny, Condition: ofUser },
    ['dynamodb:LeadingKeys'],
    'cannot be known here: dynamodb:LeadingKeys, so the deny counts',
  ],
  [
    'a Deny of both',
    { ...deny, Resource: `${table}/ab`, Condition: ofUser },
    ['dynamodb:LeadingKeys', 'resource'],
    'cannot be known here: dynamodb:LeadingKeys, resource',
  ],
  ['a Deny of a resource that it cannot be', { ...deny, Resource: `${table}/b` }, [], ''],
  ['an Allow of all that it may be', { ...allow, Resource: `${table}/*` }, [], ''],
  [
    'an Allow that surely does not match anyway',
    { ...allow, Condition: { ...ofUser, Bool: { 'aws:SecureTransport': 'true' } } },
    [],
    '',
  ],
]

for (const [what, statement, doubt, said] of rows) {
  test(what, () => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: statement })
    const parsed = parsePolicy(text, 'identityPolicy')
    if (!parsed.ok) throw new Error(parsed.problems[0].message)
    const source = { policyType: 'identityPolicy', id: 'p' } as const
    const policies = { identity: [{ source, policy: { document: parsed.document, text } }] }
    const found = doubtfulStatements(asked, policies)
    expect(found.flatMap(({ unknown }) => unknown)).toEqual(doubt)
    expect(explanationText(asked, explain(asked, policies))).toContain(said)
    expect(doubtfulStatements({ ...asked, unknown: undefined } as never, policies)).toEqual([])
  })
}
