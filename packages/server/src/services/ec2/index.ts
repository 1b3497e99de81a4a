import type { AnyOperation } from '@bailiwick/gateway'
import type { Scope } from '../operation.ts'
import { restricted } from '../session-restrictions.ts'
import { DescribeInstanceStatus, DescribeInstances } from './describe-instances.ts'
import {
  RebootInstances,
  StartInstances,
  StopInstances,
  TerminateInstances,
} from './instance-states.ts'
import { ModifyInstanceMetadataOptions } from './metadata-options.ts'
import {
  AssociateIamInstanceProfile,
  DescribeIamInstanceProfileAssociations,
  DisassociateIamInstanceProfile,
  ReplaceIamInstanceProfileAssociation,
} from './profile-associations.ts'
import { RunInstances } from './run-instances.ts'
import { CreateTags, DeleteTags, DescribeTags } from './tags.ts'

const operations: readonly AnyOperation<Scope>[] = [
  AssociateIamInstanceProfile,
  CreateTags,
  DeleteTags,
  DescribeIamInstanceProfileAssociations,
  DescribeInstanceStatus,
  DescribeInstances,
  DescribeTags,
  DisassociateIamInstanceProfile,
  ModifyInstanceMetadataOptions,
  RebootInstances,
  ReplaceIamInstanceProfileAssociation,
  RunInstances,
  StartInstances,
  StopInstances,
  TerminateInstances,
]

/** What EC2 answers: instances as identities, and nothing that would need a machine. */
export const ec2Operations: ReadonlyMap<string, AnyOperation<Scope>> = restricted(
  new Map(operations.map((operation) => [operation.name, operation])),
)
