/** Who a caller is that signed nothing: what its proof says, in the word of its provider. */
import type { CredentialPort } from '@bailiwick/gateway'
import type { SecretVault } from '../credentials/secrets.ts'
import { getJson } from './oidc/get-json.ts'
import { createKeySource } from './oidc/key-source.ts'
import { proveWebIdentity } from './oidc/web-identity.ts'
import type { WebIdentityPorts } from './oidc/web-identity.ts'
import { proveSaml } from './saml/saml.ts'
import { UsedAssertions } from './saml/used-assertions.ts'

export type { PrivateIssuers } from './oidc/web-identity.ts'

export type FederationOptions = Omit<WebIdentityPorts, 'keys'> & {
  readonly vault: Pick<SecretVault, 'open'>
  /** Of this process: what was issued before may have been used before. */
  readonly startedAt: Date
  /** How documents are had from providers; another one only in tests. */
  readonly getDocument?: typeof getJson
}

export function createFederation(options: FederationOptions): Pick<CredentialPort, 'prove'> {
  const { getDocument = getJson } = options
  const ports = { ...options, keys: createKeySource((url, trust) => getDocument(url, trust)) }
  const samlPorts = { ...options, used: new UsedAssertions() }
  return {
    prove(proof, now) {
      if (proof.kind === 'webIdentity') return proveWebIdentity(ports, proof, now)
      return proveSaml(samlPorts, proof, now)
    },
  }
}
