import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { by, type World } from '../world.ts'

/** Of an account that manages no organization, and of one that is in none. */
const errors = (code: string) => ({
  [code]: {},
  OrganizationNotFoundException: async ({ alone }: World) => by(await alone(), {}),
})
const notManagement = errors('CallerIsNotManagementAccountException')
const notAdministrator = errors('AccountNotManagementOrDelegatedAdministratorException')

export const rootAccessRows: Rows = {
  EnableOrganizationsRootCredentialsManagement: {
    refused: {},
    async success({ management }) {
      const answer = await management('EnableOrganizationsRootCredentialsManagement', {})
      expect(answer.OrganizationId).toMatch(/^o-[a-z0-9]{10}$/)
      expect(answer.EnabledFeatures).toContain('RootCredentialsManagement')
    },
    errors: notManagement,
  },

  DisableOrganizationsRootCredentialsManagement: {
    refused: {},
    async success({ management }) {
      await management('EnableOrganizationsRootCredentialsManagement', {})
      const answer = await management('DisableOrganizationsRootCredentialsManagement', {})
      expect(answer.EnabledFeatures).not.toContain('RootCredentialsManagement')
    },
    errors: notAdministrator,
  },

  EnableOrganizationsRootSessions: {
    refused: {},
    async success({ management }) {
      const answer = await management('EnableOrganizationsRootSessions', {})
      expect(answer.EnabledFeatures).toContain('RootSessions')
    },
    errors: notManagement,
  },

  DisableOrganizationsRootSessions: {
    refused: {},
    async success({ management }) {
      await management('EnableOrganizationsRootSessions', {})
      const answer = await management('DisableOrganizationsRootSessions', {})
      expect(answer.EnabledFeatures).not.toContain('RootSessions')
    },
    errors: notAdministrator,
  },

  ListOrganizationsFeatures: {
    refused: {},
    async success({ management }) {
      const enabled = await management('EnableOrganizationsRootSessions', {})
      expect(await management('ListOrganizationsFeatures', {})).toMatchObject({
        OrganizationId: enabled.OrganizationId,
        EnabledFeatures: enabled.EnabledFeatures,
      })
    },
    errors: notAdministrator,
  },
}
