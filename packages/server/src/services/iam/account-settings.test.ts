import { expect, test } from 'vitest'
import { userWith } from '../../testing/deployment.ts'
import { openIam, otherAccountId } from './testing/iam-house.ts'

// Goal: what an account chooses for itself, as the IAM API Reference has it: kept, shown where AWS
// shows it, its own alone, and refused to whoever is not allowed.

test('the version of the global endpoint’s tokens is 1 until it is set', async () => {
  const { deployment, iam } = await openIam()
  const stranger = await deployment.root(otherAccountId)
  const shown = async (as = stranger) =>
    (await iam('GetAccountSummary', {}, as)).SummaryMap?.GlobalEndpointTokenVersion
  expect(await shown()).toBe(1)
  for (const [version, number] of [
    ['v2Token', 2],
    ['v2Token', 2],
    ['v1Token', 1],
  ] as const) {
    await iam('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: version })
    expect((await iam('GetAccountSummary', {})).SummaryMap?.GlobalEndpointTokenVersion).toBe(number)
    expect(await shown()).toBe(1)
  }
})

const disabled = 'Outbound web identity federation is disabled for your AWS account.'
const enabled = 'Outbound web identity federation is already enabled for your AWS account.'

test('outbound federation: disabled, enabled, disabled, and enabled under the same issuer', async () => {
  const { deployment, iam, refuses } = await openIam()
  const stranger = await deployment.root(otherAccountId)
  await refuses('GetOutboundWebIdentityFederationInfo', {}, 'FeatureDisabled', disabled)
  await refuses('DisableOutboundWebIdentityFederation', {}, 'FeatureDisabled', disabled)

  const { IssuerIdentifier } = await iam('EnableOutboundWebIdentityFederation', {})
  expect(IssuerIdentifier).toMatch(/^https:\/\/[0-9a-f-]{36}\.tokens\.sts\.global\.api\.aws$/)
  expect(await iam('GetOutboundWebIdentityFederationInfo', {})).toEqual({
    IssuerIdentifier,
    JwtVendingEnabled: true,
  })
  await refuses('EnableOutboundWebIdentityFederation', {}, 'FeatureEnabled', enabled)
  const others = await iam('EnableOutboundWebIdentityFederation', {}, stranger)
  expect(others.IssuerIdentifier).not.toBe(IssuerIdentifier)

  await iam('DisableOutboundWebIdentityFederation', {})
  await refuses('GetOutboundWebIdentityFederationInfo', {}, 'FeatureDisabled', disabled)
  await refuses('DisableOutboundWebIdentityFederation', {}, 'FeatureDisabled', disabled)
  expect(await iam('EnableOutboundWebIdentityFederation', {})).toEqual({ IssuerIdentifier })
})

const operations = [
  ['SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: 'v2Token' }],
  ['EnableOutboundWebIdentityFederation', {}],
  ['DisableOutboundWebIdentityFederation', {}],
  ['GetOutboundWebIdentityFederationInfo', {}],
] as const

test('whoever nothing allows it to is refused, whatever the state', async () => {
  const { deployment, root, iam } = await openIam()
  const ann = await userWith(deployment, root, 'Ann')
  for (const [name, input] of operations) {
    await expect(iam(name, input, ann), name).rejects.toThrow('AccessDenied')
  }
})
