/**
 * Who a SAML assertion proves: signed by the provider that the call names, for AWS, just now, and
 * not used before. Source: STS API Reference, AssumeRoleWithSAML.
 */
import { createHash } from 'node:crypto'
import type { Refusal } from '@bailiwick/gateway'
import type { Caller, CallerProof } from '@bailiwick/gateway'
import type { SecretVault } from '../../credentials/secrets.ts'
import { iamArn } from '../../domain/arn.ts'
import type { SamlProvider } from '../../domain/entity.ts'
import type { Store, StoreReader } from '../../store/port.ts'
import { invalidIdentityToken } from '../refusals.ts'
import {
  assertionLifeMs,
  offersRole,
  readAssertion,
  sessionDurationOf,
  sessionNameOf,
} from './assertion.ts'
import type { Assertion } from './assertion.ts'
import { attributeKeys } from './attribute-keys.ts'
import type { UsedAssertions } from './used-assertions.ts'
import { verifiedAssertion } from './verified-assertion.ts'
import type { SigningParty } from './verified-assertion.ts'

type SamlProof = Extract<CallerProof, { kind: 'saml' }>

export interface SamlPorts {
  readonly store: Pick<Store, 'read'>
  readonly vault: Pick<SecretVault, 'open'>
  readonly partition: string
  readonly used: UsedAssertions
  readonly startedAt: Date
}

const invalidResponse = 'AuthSamlInvalidSamlResponseException'

/** As AWS words what its own service of identity providers has answered. */
function refused(reason: string, code = invalidResponse): Refusal {
  return invalidIdentityToken(
    `${reason} (Service: AWSOpenIdDiscoveryService; Status Code: 400; Error Code: ${code})`,
  )
}

/** Errors: ExpiredTokenException, InvalidIdentityToken. */
export async function proveSaml(ports: SamlPorts, proof: SamlProof, now: Date): Promise<Caller> {
  const { provider, party } = await providerOf(ports, proof)
  const xml = decoded(proof.assertion)
  if (xml === undefined) throw refused('Invalid base64 SAMLResponse')
  const element = await verifiedAssertion(xml, party)
  if (!element) throw refused('Response signature invalid')
  const assertion = readAssertion(element, now)
  if (assertion.issuer !== provider.entityId) {
    throw refused('Issuer not present in specified provider')
  }
  if (!offersRole(assertion, proof.roleArn, proof.principalArn)) {
    const message =
      "SAML Assertion doesn't contain the requested Role and Metadata in the attributes"
    throw invalidIdentityToken(message)
  }
  if (assertion.issuedAt < ports.startedAt) {
    throw invalidIdentityToken('Assertion may have been used before: please sign in again')
  }
  return callerOf(ports, provider, assertion, proof, now)
}

/** The text, if it is the one way to write it. White space is taken out, as AWS does. */
function decoded(assertion: string): string | undefined {
  const text = assertion.replace(/\s+/g, '')
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes.toString() : undefined
}

/** Errors: InvalidIdentityToken. */
async function providerOf(
  { store, vault, partition }: SamlPorts,
  { accountId, principalArn }: SamlProof,
): Promise<{ readonly provider: SamlProvider; readonly party: SigningParty }> {
  return store.read(async (reader) => {
    const prefix = iamArn({ partition, accountId }, 'saml-provider', '/', '')
    const name = principalArn.startsWith(prefix) ? principalArn.slice(prefix.length) : ''
    const provider = await reader.find('samlProvider', accountId, name)
    if (provider?.name !== name) {
      throw refused("Specified provider doesn't exist", 'AuthSamlManifestNotFoundException')
    }
    const { entityId, signingCertificates: certificates, assertionEncryptionMode } = provider
    const privateKeys = await privateKeysOf(reader, vault, provider)
    const mustBeEncrypted = assertionEncryptionMode === 'Required'
    return { provider, party: { entityId, certificates, privateKeys, mustBeEncrypted } }
  })
}

async function privateKeysOf(
  reader: StoreReader,
  vault: SamlPorts['vault'],
  { accountId, id: parentId }: SamlProvider,
): Promise<readonly string[]> {
  const keys: string[] = []
  for (const { id } of await reader.list('samlPrivateKey', accountId, { parentId, limit: 10 })) {
    const sealed = await reader.sealed(id)
    const key = sealed && vault.open(id, sealed)
    if (key !== undefined) keys.push(key)
  }
  return keys
}

/** Errors: InvalidIdentityToken. */
function callerOf(
  { used }: SamlPorts,
  provider: SamlProvider,
  assertion: Assertion,
  { accountId, principalArn }: SamlProof,
  now: Date,
): Caller {
  const { issuer, subject, subjectType, recipient, attributes } = assertion
  const { tags, transitiveTagKeys, sourceIdentity, sessionNotOnOrAfter: notAfter } = assertion
  const doc = `${accountId}/${provider.name}`
  const nameQualifier = createHash('sha1').update(`${issuer}${doc}`).digest('base64')
  const durationSecondsMax = sessionDurationOf(assertion)
  if (notAfter && notAfter <= now) throw invalidIdentityToken('The session has ended')
  const kept = {
    'saml:namequalifier': nameQualifier,
    'saml:sub': subject,
    'saml:sub_type': subjectType,
  }
  const own = { 'saml:aud': recipient, 'saml:iss': issuer, 'saml:doc': doc }
  const federatedProvider = { 'aws:federatedprovider': principalArn }
  const keys = { ...attributeKeys(attributes), ...own, ...kept, ...federatedProvider }
  const worthUntil = new Date(assertion.issuedAt.getTime() + assertionLifeMs)
  return {
    principal: { kind: 'federated', provider: principalArn },
    arn: principalArn,
    userId: `${nameQualifier}:${subject}`,
    userName: subject,
    contextKeys: new Map(Object.entries(keys)),
    policies: { identity: [] },
    inManagementAccount: false,
    proven: {
      kind: 'saml',
      accountId,
      provider: issuer,
      subject,
      subjectType,
      audience: recipient,
      nameQualifier,
      sessionName: sessionNameOf(assertion),
      tags,
      transitiveTagKeys,
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      ...(notAfter && { notAfter }),
      ...(durationSecondsMax !== undefined && { durationSecondsMax }),
      sessionContextKeys: kept,
      use: () => used.use(`${provider.id} ${assertion.id}`, worthUntil, now),
    },
  }
}
