import type { OperationOutput } from '@bailiwick/wire'
import { at, list, text } from '../resolve/forwarded-call.ts'
import { namesByArn, withGivenNames } from './dynamodb-names.ts'
import { dynamoDbPolicyOperations, tablePolicies } from './dynamodb-policy.ts'
import {
  backendTables,
  describedTable,
  dynamoDbTableOperations,
  schemaOf,
} from './dynamodb-tables.ts'
import { backupMissing, nameOf, notKept, tableMissing } from './dynamodb-words.ts'
import type { KeptCall, KeptOperation, KeptService } from './kept.ts'
import { ofAccount } from './of-account.ts'

/** A table, or one of its backups, which outlive it and are restored elsewhere. */
const resourceArn = /^(arn:[^:]+:dynamodb:[^:]+:\d{12}:table\/[^/*?]+)(\/backup\/[^/*?]+)?/

/**
 * Operations whose ResourceNotFoundException is about the table: of others it may be about one of
 * its indexes, its imports or exports.
 */
const aboutTables = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
])

/** Its tables are told by name alone. */
function insights(output: OperationOutput, { accountId, partition, region, resources }: KeptCall) {
  const isOwn = (name: string) =>
    resources.find(`arn:${partition}:dynamodb:${region}:${accountId}:table/${name}`) !== undefined
  const summaries = list(output.ContributorInsightsSummaries)
  return {
    ...output,
    ContributorInsightsSummaries: summaries.filter((each) =>
      isOwn(text(at(each, 'TableName')) ?? ''),
    ),
  }
}

const batch: KeptOperation = { merges: withGivenNames, isMerged: namesByArn }
const refusesGlobal: KeptOperation = { refuses: () => notKept('A global table') }

const operations: Readonly<Record<string, KeptOperation>> = {
  ...dynamoDbTableOperations,
  ...dynamoDbPolicyOperations,
  BatchGetItem: batch,
  BatchWriteItem: batch,
  TransactGetItems: batch,
  TransactWriteItems: batch,
  CreateBackup: {
    creates: {
      isMade: () => false,
      madeFrom(output, call) {
        const arn = String(at(output, 'BackupDetails', 'BackupArn'))
        const { resources } = call
        const table = resources.find(resourceArn.exec(arn)?.[1] ?? '')
        const settings = schemaOf(table)
        const owner = table && { accountId: table.accountId }
        return { arn, type: 'backup', tags: [], settings, ...owner }
      },
      taken: () => undefined,
    },
  },
  DeleteBackup: { deletes: true },
  ListBackups: ofAccount('BackupSummaries', 'BackupArn', resourceArn),
  ListExports: ofAccount('ExportSummaries', 'ExportArn', resourceArn),
  ListImports: ofAccount('ImportSummaryList', 'TableArn', resourceArn),
  ListContributorInsights: { merges: insights },
  CreateGlobalTable: refusesGlobal,
  DescribeGlobalTable: refusesGlobal,
  DescribeGlobalTableSettings: refusesGlobal,
  ListGlobalTables: refusesGlobal,
  UpdateGlobalTable: refusesGlobal,
  UpdateGlobalTableSettings: refusesGlobal,
  UpdateTableReplicaAutoScaling: refusesGlobal,
  DescribeTableReplicaAutoScaling: refusesGlobal,
}

/** Tables: an index, a stream, an import and an export are parts of theirs, and owned with it. */
export const keptDynamoDb: KeptService = {
  service: 'dynamodb',
  resourceOf(arn) {
    const found = resourceArn.exec(arn)
    if (found === null) return undefined
    return { arn: found[0], type: found[2] === undefined ? 'table' : 'backup' }
  },
  missing: (arn) => (arn.includes('/backup/') ? backupMissing(arn) : tableMissing(arn)),
  isGone: (operation, _, code) =>
    code === 'BackupNotFoundException' ||
    (code === 'ResourceNotFoundException' && aboutTables.has(operation)),
  policiesOf: tablePolicies,
  async createdAt({ arn }, ask) {
    const { CreationDateTime } = await describedTable(ask, nameOf(arn))
    return CreationDateTime instanceof Date ? CreationDateTime : undefined
  },
  adoptableType: 'table',
  adoptable: backendTables,
  operations,
}
