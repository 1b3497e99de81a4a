import { expect } from 'vitest'
import type { Rows } from '../row.ts'

export const accountSettingsRows: Rows = {
  SetSecurityTokenServicePreferences: {
    refused: { GlobalEndpointTokenVersion: 'v2Token' },
    async success({ iam }) {
      const shown = async () =>
        (await iam('GetAccountSummary', {})).SummaryMap?.GlobalEndpointTokenVersion
      expect(await shown()).toBe(1)
      await iam('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: 'v2Token' })
      expect(await shown()).toBe(2)
    },
    errors: { ValidationError: { GlobalEndpointTokenVersion: 'v3Token' as 'v2Token' } },
  },

  EnableOutboundWebIdentityFederation: {
    refused: {},
    async success({ iam }) {
      const { IssuerIdentifier } = await iam('EnableOutboundWebIdentityFederation', {})
      expect(IssuerIdentifier).toMatch(/^https?:\/\//)
    },
    errors: {
      async FeatureEnabled({ iam }) {
        await iam('EnableOutboundWebIdentityFederation', {})
        return {}
      },
    },
  },

  DisableOutboundWebIdentityFederation: {
    refused: {},
    async success({ iam }) {
      const enabled = await iam('EnableOutboundWebIdentityFederation', {})
      await iam('DisableOutboundWebIdentityFederation', {})
      const again = await iam('EnableOutboundWebIdentityFederation', {})
      expect(again.IssuerIdentifier).toBe(enabled.IssuerIdentifier)
    },
    errors: { FeatureDisabled: {} },
  },

  GetOutboundWebIdentityFederationInfo: {
    refused: {},
    async success({ iam }) {
      const { IssuerIdentifier } = await iam('EnableOutboundWebIdentityFederation', {})
      const info = await iam('GetOutboundWebIdentityFederationInfo', {})
      expect(info).toMatchObject({ IssuerIdentifier, JwtVendingEnabled: true })
    },
    errors: { FeatureDisabled: {} },
  },
}
