import type { Rows } from '../row.ts'
import { by } from '../world.ts'

/** The path of an organization's root, of the form AWS gives it; no organization has it. */
const EntityPath = 'o-a1b2c3d4e5/r-f6g7'
const JobId = '11111111-2222-4333-8444-555555555555'

export const organizationReportRows: Rows = {
  GenerateOrganizationsAccessReport: {
    refused: { EntityPath },
    errors: {
      AccessDenied: { EntityPath }, // Of an account that manages no organization.
      ValidationError: ({ management }) => by(management, { EntityPath }),
    },
  },

  GetOrganizationsAccessReport: {
    refused: { JobId },
    errors: { NoSuchEntity: { JobId } },
  },
}
