import { expect, test } from 'vitest'
import type { Principal } from '../authorization.ts'
import { grantAccount, grantDirect, grantLimited, grantNone } from '../compile/compiled-policy.ts'
import type { Grant } from '../compile/compiled-policy.ts'
import { compilePrincipals } from '../compile/principal.ts'
import type { PrincipalElement } from '../document/policy-document.ts'
import { principalGrant } from './principal.ts'

// Goal: what each caller is granted by each way to name it, and whom NotPrincipal spares.
// Source: IAM User Guide, "AWS JSON policy elements: Principal", "… NotPrincipal", "Policy
// evaluation logic".
const accountId = '111122223333'
const rootArn = `arn:aws:iam::${accountId}:root`
const userArn = `arn:aws:iam::${accountId}:user/team/Ann`
const roleArn = `arn:aws:iam::${accountId}:role/path/Builder`
const sessionArn = `arn:aws:sts::${accountId}:assumed-role/Builder/ann`
const federatedArn = `arn:aws:sts::${accountId}:federated-user/Guest`

const root = { kind: 'root' as const, accountId, arn: rootArn }
const user = { kind: 'user' as const, accountId, arn: userArn, userId: 'AIDAANN' }
const session: Principal = {
  kind: 'roleSession',
  accountId,
  arn: sessionArn,
  roleArn,
  roleId: 'AROABUILDER',
  sessionName: 'ann',
  serviceLinked: false,
}
const guest: Principal = { kind: 'federatedUser', accountId, arn: federatedArn, creator: user }
const rootsGuest: Principal = { ...guest, creator: root }
const service: Principal = {
  kind: 'service',
  serviceNames: ['logs.amazonaws.com', 'logs.us-east-1.amazonaws.com'],
}
const federated: Principal = { kind: 'federated', provider: 'accounts.google.com' }
const anonymous: Principal = { kind: 'anonymous' }

type Named = Partial<PrincipalElement>
const aws = (...names: string[]): Named => ({ aws: names })
const any: Named = { any: true }

function element(named: Named): PrincipalElement {
  return { any: false, aws: [], service: [], federated: [], canonicalUser: [], ...named }
}

const everybody = [root, user, session, guest, rootsGuest, service, federated, anonymous]

const grants: readonly [who: string, Principal, Named, Grant][] = [
  ['the account by its id: root itself', root, aws(accountId), grantDirect],
  ["the account by its root's ARN: root itself", root, aws(rootArn), grantDirect],
  ['another account: not root', root, aws('444455556666'), grantNone],
  ['a user by ARN', user, aws(userArn), grantDirect],
  ['a user by id', user, aws('AIDAANN'), grantDirect],
  ['the account: a user, through it', user, aws(accountId), grantAccount],
  ["the account by its root's ARN: a user, through it", user, aws(rootArn), grantAccount],
  ['in whatever partition', user, aws(`arn:aws-cn:iam::${accountId}:root`), grantAccount],
  ['both: the stronger counts', user, aws(accountId, userArn), grantDirect],
  ['another user', user, aws(`${userArn}a`), grantNone],
  ['case matters', user, aws(userArn.toUpperCase()), grantNone],
  ['no wildcards', user, aws(`arn:aws:iam::${accountId}:user/*`), grantNone],
  ['a role session by ARN', session, aws(sessionArn), grantDirect],
  ['its role by ARN', session, aws(roleArn), grantLimited],
  ['its role by id', session, aws('AROABUILDER'), grantLimited],
  ['its account', session, aws(accountId), grantAccount],
  ['role and session: the stronger counts', session, aws(roleArn, sessionArn), grantDirect],
  ['a role of the same name, born again', session, aws('AROABEFORE'), grantNone],
  ['a federated user by ARN', guest, aws(federatedArn), grantDirect],
  ['its user by ARN', guest, aws(userArn), grantLimited],
  ['its user by id', guest, aws('AIDAANN'), grantLimited],
  ['its account: a federated user', guest, aws(accountId), grantAccount],
  ["root's federated user by ARN", rootsGuest, aws(federatedArn), grantDirect],
  ['the account that made it', rootsGuest, aws(rootArn), grantAccount],
  ["a user who did not make root's federated user", rootsGuest, aws(userArn), grantNone],
  ['a service by one of its names', service, { service: ['logs.amazonaws.com'] }, grantDirect],
  [
    'a service by its regional name',
    service,
    { service: ['logs.us-east-1.amazonaws.com'] },
    grantDirect,
  ],
  ['another service', service, { service: ['s3.amazonaws.com'] }, grantNone],
  ['a service is no AWS principal', service, aws('logs.amazonaws.com'), grantNone],
  ['an identity provider', federated, { federated: ['accounts.google.com'] }, grantDirect],
  ['another provider', federated, { federated: ['www.amazon.com'] }, grantNone],
  ['nobody by name: anonymous', anonymous, aws(accountId, userArn), grantNone],
  ...everybody.map(
    (principal) =>
      [`*: ${principal.kind}`, principal, any, grantDirect] as [string, Principal, Named, Grant],
  ),
]

test.each(grants)('Principal grants: %s', (_, principal, named, grant) => {
  const compiled = compilePrincipals({
    effect: 'Allow',
    conditions: [],
    principals: element(named),
  })
  expect(principalGrant(compiled, false, principal, false)).toBe(grant)
  expect(principalGrant(compiled, true, principal, true)).toBe(grant)
})

const spared: readonly [who: string, Principal, Named, isSpared: boolean][] = [
  ['root, the account listed', root, aws(rootArn), true],
  ['root, another account listed', root, aws('444455556666'), false],
  ['a user, listed with the account', user, aws(userArn, rootArn), true],
  ['a user, listed by id with the account', user, aws('AIDAANN', accountId), true],
  ['a user without the account', user, aws(userArn), false],
  ['the account without the user', user, aws(rootArn), false],
  ['a session with role and account', session, aws(sessionArn, roleArn, rootArn), true],
  ['a session with its role by id', session, aws(sessionArn, 'AROABUILDER', rootArn), true],
  ['a session without its role', session, aws(sessionArn, rootArn), false],
  ['a role without its session', session, aws(roleArn, rootArn), false],
  ['a session without the account', session, aws(sessionArn, roleArn), false],
  ['a federated user with user and account', guest, aws(federatedArn, userArn, rootArn), true],
  ['a federated user, the user by id', guest, aws(federatedArn, 'AIDAANN', rootArn), true],
  ['a federated user without its user', guest, aws(federatedArn, rootArn), false],
  ['a user without its federated user', guest, aws(userArn, rootArn), false],
  ['a federated user without the account', guest, aws(federatedArn, userArn), false],
  ["root's federated user with the account", rootsGuest, aws(federatedArn, rootArn), true],
  ["root's federated user, itself not listed", rootsGuest, aws(rootArn), false],
  ['a service by name', service, { service: ['logs.amazonaws.com'] }, true],
  ['another service', service, { service: ['s3.amazonaws.com'] }, false],
  ['an identity provider', federated, { federated: ['accounts.google.com'] }, true],
  ['another provider', federated, { federated: ['www.amazon.com'] }, false],
  ['anonymous, who has no name', anonymous, aws(rootArn, userArn), false],
  ...everybody.map(
    (principal) =>
      [`*: ${principal.kind}`, principal, any, true] as [string, Principal, Named, boolean],
  ),
]

test.each(spared)('Deny with NotPrincipal spares: %s', (_, principal, named, isSpared) => {
  const compiled = compilePrincipals({
    effect: 'Deny',
    conditions: [],
    notPrincipals: element(named),
  })
  const grant = isSpared ? grantNone : grantDirect
  expect(principalGrant(compiled, true, principal, false)).toBe(grant)
  expect(principalGrant(compiled, true, principal, true)).toBe(grantDirect)
})

test.each(grants)('Allow with NotPrincipal spares whoever is named in part: %s', (...row) => {
  const [, principal, named, grant] = row
  const compiled = compilePrincipals({
    effect: 'Allow',
    conditions: [],
    notPrincipals: element(named),
  })
  const expected = grant === grantNone ? grantDirect : grantNone
  expect(principalGrant(compiled, false, principal, false)).toBe(expected)
})

test('without the element a statement means whoever the policy is for', () => {
  for (const principal of everybody) {
    expect(principalGrant(undefined, false, principal, false)).toBe(grantDirect)
    expect(principalGrant(undefined, true, principal, true)).toBe(grantDirect)
  }
})
