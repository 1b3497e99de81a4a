import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { everything, quotas, type World } from '../world.ts'
import { AssumeRolePolicyDocument, protectedRole, role } from './holder.ts'

const RoleName = 'r'
const input = { RoleName, AssumeRolePolicyDocument }
const administrators = 'OrganizationAccountAccessRole'

/** Longer than ACLSizePerRole, 2048 characters. */
const tooLong = AssumeRolePolicyDocument.replace(
  '"Allow"',
  `"Allow","Condition":{"StringEquals":{"aws:PrincipalTag/t":"${'a'.repeat(2048)}"}}`,
)

async function someRoles({ iam }: World, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await iam('CreateRole', { AssumeRolePolicyDocument, RoleName: `r${String(n)}`, Path: '/a/' })
  }
}

async function withRole<I extends object>(
  world: World,
  more: I,
): Promise<I & { RoleName: string }> {
  await role(world)
  return { RoleName, ...more }
}

export const roleRows: Rows = {
  CreateRole: {
    refused: input,
    async success({ iam, arn }) {
      const { Role } = await iam('CreateRole', { ...input, Path: '/a/' })
      expect(Role).toMatchObject({ RoleName, Arn: arn('role/a/r') })
      expect(Role?.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/)
      expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(
        AssumeRolePolicyDocument,
      )
    },
    errors: {
      async LimitExceeded(world) {
        await someRoles(world, quotas.RolesPerAccount - 1) // One is the administrator's.
        return input
      },
      InvalidInput: { ...input, Path: '/aws-service-role/ec2.amazonaws.com/' },
      async EntityAlreadyExists(world) {
        await role(world)
        return { ...input, RoleName: 'R' }
      },
      MalformedPolicyDocument: { RoleName, AssumeRolePolicyDocument: everything },
    },
  },

  GetRole: {
    refused: { RoleName },
    async success(world) {
      const MaxSessionDuration = 7200
      await world.iam('CreateRole', { ...input, Description: 'what it is', MaxSessionDuration })
      const { Role } = await world.iam('GetRole', { RoleName })
      expect(Role).toMatchObject({ RoleName, Description: 'what it is', MaxSessionDuration })
    },
    errors: { NoSuchEntity: { RoleName } },
  },

  ListRoles: {
    refused: {},
    async success(world) {
      await role(world)
      const { Roles } = await world.iam('ListRoles', {})
      expect(Roles).toMatchObject([{ RoleName: administrators }, { RoleName }])
    },
    errors: {},
    async pastTheEnd(world) {
      await someRoles(world, 3)
      return { input: { PathPrefix: '/a/' }, items: 3 }
    },
  },

  UpdateRole: {
    refused: { RoleName, Description: 'new' },
    async success(world) {
      await role(world)
      await world.iam('UpdateRole', { RoleName, Description: 'new', MaxSessionDuration: 43200 })
      const { Role } = await world.iam('GetRole', { RoleName })
      expect(Role).toMatchObject({ Description: 'new', MaxSessionDuration: 43200 })
    },
    errors: {
      NoSuchEntity: { RoleName, Description: 'new' },
      UnmodifiableEntity: (world) => protectedRole(world, { MaxSessionDuration: 7200 }),
    },
  },

  UpdateRoleDescription: {
    refused: { RoleName, Description: 'new' },
    async success(world) {
      const changed = await withRole(world, { Description: 'new' })
      const { Role } = await world.iam('UpdateRoleDescription', changed)
      expect(Role).toMatchObject(changed)
    },
    errors: {
      NoSuchEntity: { RoleName, Description: 'new' },
    },
  },

  UpdateAssumeRolePolicy: {
    refused: { RoleName, PolicyDocument: AssumeRolePolicyDocument },
    async success(world) {
      const PolicyDocument = AssumeRolePolicyDocument.replace('ec2', 'lambda')
      await world.iam('UpdateAssumeRolePolicy', await withRole(world, { PolicyDocument }))
      const { Role } = await world.iam('GetRole', { RoleName })
      expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(PolicyDocument)
    },
    errors: {
      NoSuchEntity: { RoleName, PolicyDocument: AssumeRolePolicyDocument },
      UnmodifiableEntity: (world) =>
        protectedRole(world, { PolicyDocument: AssumeRolePolicyDocument }),
      MalformedPolicyDocument: (world) => withRole(world, { PolicyDocument: everything }),
      LimitExceeded: (world) => withRole(world, { PolicyDocument: tooLong }),
    },
  },

  DeleteRole: {
    refused: { RoleName },
    async success(world) {
      await world.iam('DeleteRole', await withRole(world, {}))
      const { Roles } = await world.iam('ListRoles', {})
      expect(Roles).toMatchObject([{ RoleName: administrators }])
    },
    errors: {
      NoSuchEntity: { RoleName },
      UnmodifiableEntity: (world) => protectedRole(world, {}),
      DeleteConflict: { RoleName: administrators }, // It has a policy attached.
    },
  },
}
