import type { PolicyType } from '@bailiwick/policy'

/** Names of policy types on the command line. */
export const policyTypes = {
  identity: 'identityPolicy',
  resource: 'resourcePolicy',
  trust: 'trustPolicy',
  boundary: 'permissionsBoundary',
  session: 'sessionPolicy',
  scp: 'serviceControlPolicy',
  rcp: 'resourceControlPolicy',
  endpoint: 'endpointPolicy',
} as const satisfies Record<string, PolicyType>

export type PolicyTypeName = keyof typeof policyTypes
