import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { managementAccountId, openDeployment, policy, userWith } from '../../testing/deployment.ts'

// Goal: tokens of service accounts as a cluster gives them to pods, for who may have them.
// Source: EKS User Guide, "IAM roles for service accounts"; docs/reference.md.

const asked = { Namespace: 'default', ServiceAccount: 'worker' }

async function openHouse(resource?: string) {
  const d = await openDeployment()
  const root = await d.root(managementAccountId)
  const { IssuerIdentifier } = await d.call(root, 'iam', 'EnableOutboundWebIdentityFederation', {})
  const Action = 'bailiwick:GetServiceAccountToken'
  const may = resource === undefined ? undefined : { Effect: 'Allow', Action, Resource: resource }
  const ann = await userWith(d, root, 'ann', may && policy(may))
  const token = (input: object = {}) =>
    d.call(ann, 'bailiwick', 'GetServiceAccountToken', { ...asked, ...input })
  return { d, root, token, issuer: IssuerIdentifier ?? '' }
}

test('the token names the account’s issuer, the service account, and STS as its audience', async () => {
  const { token, issuer } = await openHouse('*')
  const { Token, IssuedAt, Expiration } = await token({ DurationSeconds: 600 })
  expect(decodeJwt(Token)).toMatchObject({
    iss: issuer,
    sub: 'system:serviceaccount:default:worker',
    aud: ['sts.amazonaws.com'],
    iat: IssuedAt.getTime() / 1000,
    exp: IssuedAt.getTime() / 1000 + 600,
    'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'worker' } },
  })
  expect(Expiration.getTime() - IssuedAt.getTime()).toBe(600_000)
})

const base = `arn:aws:bailiwick:us-east-1:${managementAccountId}:service-account`
const allowed: readonly [resource: string | undefined, isAllowed: boolean][] = [
  [undefined, false],
  [`${base}/default/worker`, true],
  [`${base}/default/*`, true],
  [`${base}/default/other`, false],
  [`${base}/kube-system/worker`, false],
]
test.each(allowed)('who may be %s gets the token of default/worker: %j', async (resource, is) => {
  const { token } = await openHouse(resource)
  await (is ? token() : expect(token()).rejects.toThrow('AccessDenied'))
})

test('without an issuer there is none', async () => {
  const { d, root, token } = await openHouse('*')
  await d.call(root, 'iam', 'DisableOutboundWebIdentityFederation', {})
  await expect(token()).rejects.toThrow('EnableOutboundWebIdentityFederation first')
})
