import type { GateEvent } from '@bailiwick/gateway'

/** CloudTrail's `tlsDetails`; nothing of a connection without TLS. */
export function tlsDetailsOf({ secure, tls, host }: Pick<GateEvent, 'secure' | 'tls' | 'host'>) {
  if (!secure) return {}
  const negotiated = tls && { tlsVersion: tls.version, cipherSuite: tls.cipherSuite }
  return { tlsDetails: { ...negotiated, clientProvidedHostHeader: host } }
}
