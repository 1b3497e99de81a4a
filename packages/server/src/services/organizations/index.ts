import type { AnyOperation } from '@bailiwick/gateway'
import type { Scope } from '../operation.ts'
import { CreateAccount, DescribeAccount, DescribeCreateAccountStatus } from './accounts.ts'
import { ListAccounts, ListCreateAccountStatus } from './accounts.ts'
import { CreateOrganization, DescribeOrganization, ListRoots } from './organization.ts'

const operations: readonly AnyOperation<Scope>[] = [
  CreateAccount,
  CreateOrganization,
  DescribeAccount,
  DescribeCreateAccountStatus,
  DescribeOrganization,
  ListAccounts,
  ListCreateAccountStatus,
  ListRoots,
]

/** What Organizations answers, by name; the rest of its model answers NotImplemented. */
export const organizationsOperations: ReadonlyMap<string, AnyOperation<Scope>> = new Map(
  operations.map((operation) => [operation.name, operation]),
)
