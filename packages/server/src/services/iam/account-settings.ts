import type { AccountSettings } from '../../domain/entity.ts'
import { writeOperation } from '../operation.ts'
import type { Scope, WriteScope } from '../operation.ts'

const name = 'AccountSettings'

/** What the account has chosen for itself; undefined where it has never chosen anything. */
export function accountSettings({ store, accountId }: Scope): Promise<AccountSettings | undefined> {
  return store.find('accountSettings', accountId, name)
}

/** Writes some of the settings, and leaves the others as they are. */
export async function putAccountSettings(
  scope: WriteScope,
  chosen: Partial<Omit<AccountSettings, 'kind' | 'accountId' | 'id' | 'name'>>,
): Promise<void> {
  const { accountId, now, newId, store } = scope
  const old = await accountSettings(scope)
  if (old) {
    await store.update({ ...old, ...chosen })
    return
  }
  await store.insert({
    kind: 'accountSettings',
    accountId,
    id: newId('ASET'),
    name,
    path: '/',
    createdAt: now,
    tags: [],
    ...chosen,
  })
}

/** Source: IAM API Reference, GetAccountSummary, GlobalEndpointTokenVersion. */
const globalEndpointTokenVersionDefault = 1

/** As GetAccountSummary shows it. */
export async function globalEndpointTokenVersion(scope: Scope): Promise<number> {
  const settings = await accountSettings(scope)
  return settings?.globalEndpointTokenVersion ?? globalEndpointTokenVersionDefault
}

/**
 * iam:SetSecurityTokenServicePreferences. Kept and shown; the tokens are alike here, since they
 * are valid in every region. Source: IAM API Reference, SetSecurityTokenServicePreferences.
 */
export const SetSecurityTokenServicePreferences = writeOperation(
  'iam',
  'SetSecurityTokenServicePreferences',
  {
    authorize: () => ({ resourceArn: '*' }),

    async handle({ GlobalEndpointTokenVersion }, scope) {
      const version = GlobalEndpointTokenVersion === 'v2Token' ? 2 : 1
      await putAccountSettings(scope, { globalEndpointTokenVersion: version })
    },
  },
)

/** All of this file. */
export const accountSettingsOperations = [SetSecurityTokenServicePreferences]
