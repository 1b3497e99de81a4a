/** Who calls, and who is vouched for by us: put together for the composition root. */
import { readFileSync } from 'node:fs'
import type { CredentialPort } from '@bailiwick/gateway'
import type { SecretVault } from '../credentials/secrets.ts'
import type { WebIdentityKeys } from '../credentials/web-identity-keys.ts'
import { outboundIssuer } from '../domain/outbound-issuer.ts'
import { createFederation, type PrivateIssuers } from '../federation/federation.ts'
import { getJson } from '../federation/oidc/get-json.ts'
import { ownDocument, type Issuers } from '../http/issuer-paths.ts'
import type { Logger } from '../http/log.ts'
import { StartError, type ServerOptions } from '../options.ts'
import type { Store } from '../store/port.ts'

interface CredentialParts {
  readonly store: Store
  readonly vault: SecretVault
  readonly issuers: Issuers
}

/** Who calls: by a signature, or by what an identity provider vouches for. */
export function openCredentials(
  { store, vault, issuers }: CredentialParts,
  lookup: CredentialPort['lookup'],
  options: ServerOptions,
  log: Logger,
): CredentialPort {
  const { partition } = options
  const { prove } = createFederation({
    ...{ store, vault, partition, privateIssuers: readPrivateIssuers(options) },
    getDocument: async (url, trust) => (await ownDocument(url, issuers)) ?? getJson(url, trust),
    startedAt: new Date(),
    report: (message) => log.warn(message),
  })
  return { lookup, prove }
}

export function issuersOf(store: Store, keys: WebIdentityKeys): Issuers {
  return {
    keys: () => keys.published(new Date()),
    async urlOf(id) {
      const found = await store.read((reader) => reader.get('outboundWebIdentityFederation', id))
      return found?.enabled ? outboundIssuer(found.id) : undefined
    },
  }
}

function readPrivateIssuers({ oidcPrivateIssuers = [] }: ServerOptions): PrivateIssuers {
  return new Map(
    oidcPrivateIssuers.map(({ url, authoritiesFile }) => {
      if (authoritiesFile === undefined) return [url, {}]
      return [url, { authorities: readPem('--oidc-private-issuer', authoritiesFile) }]
    }),
  )
}

/** @throws StartError where the file cannot be read. */
export function readPem(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new StartError(`${flag} ${file}: cannot be read`)
  }
}
