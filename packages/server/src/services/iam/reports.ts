/** The reports of IAM: their operations, and what makes them. */
import type { Report } from '../../domain/report.ts'
import type { ReportMaker } from '../report-jobs.ts'
import {
  GenerateServiceLastAccessedDetails,
  GetServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities,
} from './access-report.ts'
import { makeAccessReport } from './access-report-content.ts'
import {
  GenerateCredentialReport,
  GetCredentialReport,
  makeCredentialReport,
} from './credential-report.ts'
import {
  GenerateOrganizationsAccessReport,
  GetOrganizationsAccessReport,
  makeOrganizationReport,
} from './organization-report.ts'

export const reportOperations = [
  GenerateCredentialReport,
  GenerateOrganizationsAccessReport,
  GenerateServiceLastAccessedDetails,
  GetCredentialReport,
  GetOrganizationsAccessReport,
  GetServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities,
]

export const reportMakers: Readonly<Record<Report['kind'], ReportMaker>> = {
  credentials: makeCredentialReport,
  organizationAccess: makeOrganizationReport,
  serviceLastAccessed: makeAccessReport,
}
