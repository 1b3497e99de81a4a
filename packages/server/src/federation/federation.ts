/** Who a caller is that signed nothing: what its proof says, in the word of its provider. */
import type { CredentialPort } from '@bailiwick/gateway'
import { getJson } from './oidc/get-json.ts'
import { createKeySource } from './oidc/key-source.ts'
import { proveWebIdentity } from './oidc/web-identity.ts'
import type { WebIdentityPorts } from './oidc/web-identity.ts'

export type { PrivateIssuers } from './oidc/web-identity.ts'

export type FederationOptions = Omit<WebIdentityPorts, 'keys'> & {
  /** How documents are had from providers; another one only in tests. */
  readonly getDocument?: typeof getJson
}

export function createFederation(options: FederationOptions): Pick<CredentialPort, 'prove'> {
  const { getDocument = getJson } = options
  const ports = { ...options, keys: createKeySource((url, trust) => getDocument(url, trust)) }
  return {
    prove(proof, now) {
      if (proof.kind === 'webIdentity') return proveWebIdentity(ports, proof, now)
      return Promise.reject(new Error('SAML is not proven yet'))
    },
  }
}
