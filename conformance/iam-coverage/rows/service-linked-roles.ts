import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { quotas } from '../world.ts'

const AWSServiceName = 'batch.amazonaws.com'
const RoleName = 'AWSServiceRoleForBatch'
const Path = `/aws-service-role/${AWSServiceName}/`
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  },
})

export const serviceLinkedRoleRows: Rows = {
  CreateServiceLinkedRole: {
    refused: { AWSServiceName },
    async success({ iam, arn }) {
      const { Role } = await iam('CreateServiceLinkedRole', { AWSServiceName })
      expect(Role).toMatchObject({ RoleName, Path, Arn: arn(`role${Path}${RoleName}`) })
      const attached = await iam('ListAttachedRolePolicies', { RoleName })
      expect(attached.AttachedPolicies).toMatchObject([{ PolicyName: 'BatchServiceRolePolicy' }])
      const deletion = iam('DeleteRole', { RoleName })
      await expect(deletion).rejects.toMatchObject({ name: 'UnmodifiableEntityException' })
    },
    errors: {
      async InvalidInput({ iam }) {
        await iam('CreateServiceLinkedRole', { AWSServiceName })
        return { AWSServiceName }
      },
      async LimitExceeded({ iam }) {
        // The role of its administrator is there already.
        for (let n = 1; n < quotas.RolesPerAccount; n++) {
          const names = { RoleName: `r${String(n)}`, AssumeRolePolicyDocument: trust }
          await iam('CreateRole', names)
        }
        return { AWSServiceName }
      },
    },
  },

  DeleteServiceLinkedRole: {
    refused: { RoleName },
    async success({ iam }) {
      await iam('CreateServiceLinkedRole', { AWSServiceName })
      const { DeletionTaskId } = await iam('DeleteServiceLinkedRole', { RoleName })
      expect(DeletionTaskId).toMatch(new RegExp(`^task${Path}${RoleName}/[0-9a-f-]{36}$`))
      const gone = iam('GetRole', { RoleName })
      await expect(gone).rejects.toMatchObject({ name: 'NoSuchEntityException' })
    },
    errors: { NoSuchEntity: { RoleName } },
  },

  GetServiceLinkedRoleDeletionStatus: {
    refused: { DeletionTaskId: `task${Path}${RoleName}/none` },
    async success({ iam }) {
      await iam('CreateServiceLinkedRole', { AWSServiceName })
      const { DeletionTaskId } = await iam('DeleteServiceLinkedRole', { RoleName })
      const { Status } = await iam('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId })
      expect(Status).toBe('SUCCEEDED')
    },
    errors: {
      NoSuchEntity: { DeletionTaskId: `task${Path}${RoleName}/none` },
      InvalidInput: { DeletionTaskId: 'none' },
    },
  },
}
