/** A deployment with a SAML provider and a role that trusts it. */
import {
  assertionXml,
  aws,
  base64,
  metadataOf,
  newSamlKey,
  responseXml,
  signXml,
} from '../federation/saml/testing/identity-provider.ts'
import type { AssertionParts } from '../federation/saml/testing/identity-provider.ts'
import { managementAccountId as home, openDeployment, policy } from './deployment.ts'

export const RoleArn = `arn:aws:iam::${home}:role/Federated`
export const PrincipalArn = `arn:aws:iam::${home}:saml-provider/idp`
export const samlKey = await newSamlKey()
export const strangersKey = await newSamlKey()

export const goodAttributes = {
  [`${aws}Role`]: [`${RoleArn},${PrincipalArn}`],
  [`${aws}RoleSessionName`]: ['ann@example.com'],
}

const condition = { StringEquals: { 'saml:aud': 'https://signin.aws.amazon.com/saml' } }

export async function openSaml(Condition: object = condition, startedAt = new Date(0)) {
  const d = await openDeployment({ startedAt })
  const key = samlKey
  const root = await d.root(home)
  const SAMLMetadataDocument = metadataOf(key).padEnd(1000, ' ')
  await d.call(root, 'iam', 'CreateSAMLProvider', { Name: 'idp', SAMLMetadataDocument })
  const AssumeRolePolicyDocument = policy({
    Effect: 'Allow',
    Principal: { Federated: PrincipalArn },
    Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession', 'sts:SetSourceIdentity'],
    Condition,
  })
  const role = { RoleName: 'Federated', MaxSessionDuration: 7200, AssumeRolePolicyDocument }
  await d.call(root, 'iam', 'CreateRole', role)
  const assume = (SAMLAssertion: string, more: object = {}) =>
    d.call('proof', 'sts', 'AssumeRoleWithSAML', { RoleArn, PrincipalArn, SAMLAssertion, ...more })
  let count = 0
  const assertion = (parts: Partial<AssertionParts> = {}) =>
    assertionXml({
      now: d.clock.now,
      id: `_a${count++}`,
      attributes: goodAttributes,
      ...parts,
    })
  /** A response whose assertion is signed. */
  const signed = (parts: Partial<AssertionParts> = {}) =>
    base64(responseXml(signXml(assertion(parts), 'Assertion', key)))
  return { d, root, assume, assertion, signed }
}

export type SamlHouse = Awaited<ReturnType<typeof openSaml>>
