import type { Rows, RowsByName } from '../row.ts'
import { accessKeyRows } from './access-keys.ts'
import { accountPropertyRows } from './account-properties.ts'
import { accountSettingsRows } from './account-settings.ts'
import { accountRows } from './account.ts'
import { boundaryRowsOfAll } from './boundaries.ts'
import { delegationRequestRows } from './delegation-requests.ts'
import { groupRows } from './groups.ts'
import { holderRows } from './holders.ts'
import { instanceProfileRows } from './instance-profiles.ts'
import { loginProfileRows } from './login-profiles.ts'
import { mfaDeviceRows, mfaDeviceTagRows } from './mfa-devices.ts'
import { oidcProviderRows, oidcProviderTagRows } from './oidc-providers.ts'
import { organizationReportRows } from './organization-reports.ts'
import { policyRows } from './policies.ts'
import { reportRows } from './reports.ts'
import { roleTemplateRows } from './role-templates.ts'
import { roleRows } from './roles.ts'
import { rootAccessRows } from './root-access.ts'
import { serverCertificateRows } from './server-certificates.ts'
import { samlProviderRows, samlProviderTagRows } from './saml-providers.ts'
import { serviceLinkedRoleRows } from './service-linked-roles.ts'
import { simulationRows } from './simulations.ts'
import { serviceSpecificCredentialRows } from './service-specific-credentials.ts'
import { signingCertificateRows } from './signing-certificates.ts'
import { sshPublicKeyRows } from './ssh-public-keys.ts'
import { taggedRows } from './tagged.ts'
import { userRows } from './users.ts'

const entities: readonly (Rows | RowsByName)[] = [
  // A line for each file.
  accessKeyRows,
  accountRows,
  accountPropertyRows,
  accountSettingsRows,
  ...boundaryRowsOfAll,
  delegationRequestRows,
  groupRows,
  ...holderRows,
  instanceProfileRows,
  loginProfileRows,
  mfaDeviceRows,
  mfaDeviceTagRows,
  oidcProviderRows,
  oidcProviderTagRows,
  organizationReportRows,
  policyRows,
  reportRows,
  roleRows,
  roleTemplateRows,
  rootAccessRows,
  serverCertificateRows,
  samlProviderRows,
  samlProviderTagRows,
  serviceLinkedRoleRows,
  simulationRows,
  serviceSpecificCredentialRows,
  signingCertificateRows,
  sshPublicKeyRows,
  ...taggedRows,
  userRows,
]

/** Every row, by the name of its operation. */
export const rows: RowsByName = Object.assign({}, ...entities)
