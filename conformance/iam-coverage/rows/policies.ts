import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { everything as PolicyDocument, quotas, type World } from '../world.ts'

const PolicyName = 'p'
const malformed = '{"Version":"2012-10-17","Statement":{"Effect":"Maybe","Action":"*"}}'
const VersionId = 'v1'

/** Has the form of a policy's ARN, and can be none's. */
const nested = { PolicyArn: 'arn:aws:iam::aws:policy/arn:aws:iam::aws:policy/ReadOnlyAccess' }
const gone = ({ arn }: World) => ({ PolicyArn: arn('policy/p') })
const goneVersion = (world: World) => ({ ...gone(world), VersionId: 'v9' })

async function policy({ iam }: World): Promise<{ readonly PolicyArn: string }> {
  const { Policy } = await iam('CreatePolicy', { PolicyName, PolicyDocument })
  return { PolicyArn: Policy?.Arn ?? '' }
}

/** The default version is the first, as long as nothing says otherwise. */
async function withVersions(world: World, count: number) {
  const made = await policy(world)
  for (let n = 1; n < count; n++) {
    await world.iam('CreatePolicyVersion', { ...made, PolicyDocument })
  }
  return made
}

async function somePolicies({ iam }: World, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await iam('CreatePolicy', { PolicyName: `p${String(n)}`, PolicyDocument })
  }
}

export const policyRows: Rows = {
  CreatePolicy: {
    refused: { PolicyName, PolicyDocument },
    async success({ iam, arn }) {
      const { Policy } = await iam('CreatePolicy', { PolicyName, Path: '/a/', PolicyDocument })
      const expected = { PolicyName, Arn: arn('policy/a/p'), DefaultVersionId: 'v1' }
      expect(Policy).toMatchObject({ ...expected, AttachmentCount: 0, IsAttachable: true })
    },
    errors: {
      InvalidInput: { PolicyName, PolicyDocument, Tags: [{ Key: 'aws:x', Value: '' }] },
      async LimitExceeded(world) {
        await somePolicies(world, quotas.PoliciesPerAccount)
        return { PolicyName, PolicyDocument }
      },
      async EntityAlreadyExists(world) {
        await policy(world)
        return { PolicyName: 'P', PolicyDocument }
      },
      MalformedPolicyDocument: { PolicyName, PolicyDocument: malformed },
    },
  },

  GetPolicy: {
    refused: gone,
    async success(world) {
      const { PolicyArn } = await policy(world)
      const { Policy } = await world.iam('GetPolicy', { PolicyArn })
      expect(Policy).toMatchObject({ PolicyName, Arn: PolicyArn, Tags: [] })
      const aws = { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }
      const { Policy: ofAws } = await world.iam('GetPolicy', aws)
      expect(ofAws?.PolicyName).toBe('ReadOnlyAccess')
    },
    errors: {
      NoSuchEntity: gone,
      InvalidInput: nested,
      ValidationError: { PolicyArn: 'a'.repeat(20) },
    },
  },

  ListPolicies: {
    refused: {},
    async success(world) {
      const { PolicyArn: Arn } = await policy(world)
      const { Policies } = await world.iam('ListPolicies', { Scope: 'Local' })
      expect(Policies).toMatchObject([{ PolicyName, Arn }])
    },
    errors: {},
    async pastTheEnd(world) {
      await somePolicies(world, 3)
      return { input: { Scope: 'Local' }, items: 3 }
    },
  },

  DeletePolicy: {
    refused: gone,
    async success(world) {
      await world.iam('DeletePolicy', await policy(world))
      expect((await world.iam('ListPolicies', { Scope: 'Local' })).Policies).toEqual([])
    },
    errors: {
      NoSuchEntity: gone,
      InvalidInput: nested,
      DeleteConflict: (world) => withVersions(world, 2),
      AccessDenied: { PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    },
  },

  CreatePolicyVersion: {
    refused: (world) => ({ ...gone(world), PolicyDocument }),
    async success(world) {
      const input = { ...(await policy(world)), PolicyDocument, SetAsDefault: true }
      const { PolicyVersion } = await world.iam('CreatePolicyVersion', input)
      expect(PolicyVersion).toMatchObject({ VersionId: 'v2', IsDefaultVersion: true })
    },
    errors: {
      NoSuchEntity: (world) => ({ ...gone(world), PolicyDocument }),
      InvalidInput: { ...nested, PolicyDocument },
      async MalformedPolicyDocument(world) {
        return { ...(await policy(world)), PolicyDocument: malformed }
      },
      async LimitExceeded(world) {
        return { ...(await withVersions(world, 5)), PolicyDocument } // VersionsPerPolicy.
      },
    },
  },

  GetPolicyVersion: {
    refused: goneVersion,
    async success(world) {
      const made = await policy(world)
      const { PolicyVersion } = await world.iam('GetPolicyVersion', { ...made, VersionId })
      expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(PolicyDocument)
      expect(PolicyVersion).toMatchObject({ VersionId, IsDefaultVersion: true })
    },
    errors: { NoSuchEntity: goneVersion, InvalidInput: { ...nested, VersionId } },
  },

  ListPolicyVersions: {
    refused: gone,
    async success(world) {
      const { Versions } = await world.iam('ListPolicyVersions', await withVersions(world, 2))
      const newest = { VersionId: 'v2', IsDefaultVersion: false }
      expect(Versions).toMatchObject([newest, { VersionId: 'v1', IsDefaultVersion: true }])
    },
    errors: { NoSuchEntity: gone, InvalidInput: nested },
    pastTheEnd: async (world) => ({ input: await withVersions(world, 3), items: 3 }),
  },

  SetDefaultPolicyVersion: {
    refused: goneVersion,
    async success(world) {
      const made = await withVersions(world, 2)
      await world.iam('SetDefaultPolicyVersion', { ...made, VersionId: 'v2' })
      expect((await world.iam('GetPolicy', made)).Policy?.DefaultVersionId).toBe('v2')
    },
    errors: { NoSuchEntity: goneVersion, InvalidInput: { ...nested, VersionId } },
  },

  DeletePolicyVersion: {
    refused: goneVersion,
    async success(world) {
      const made = await withVersions(world, 2)
      await world.iam('DeletePolicyVersion', { ...made, VersionId: 'v2' })
      const { Versions } = await world.iam('ListPolicyVersions', made)
      expect(Versions).toMatchObject([{ VersionId: 'v1' }])
    },
    errors: {
      NoSuchEntity: goneVersion,
      InvalidInput: { ...nested, VersionId },
      DeleteConflict: async (world) => ({ ...(await policy(world)), VersionId }),
    },
  },

  ListEntitiesForPolicy: {
    refused: gone,
    async success(world) {
      const made = await attachedToEach(world)
      const entities = await world.iam('ListEntitiesForPolicy', made)
      expect(entities).toMatchObject({
        PolicyGroups: [{ GroupName: 'g' }],
        PolicyUsers: [{ UserName: 'ann' }],
        PolicyRoles: [{ RoleName: 'OrganizationAccountAccessRole' }],
      })
    },
    errors: { NoSuchEntity: gone, InvalidInput: nested },
    pastTheEnd: async (world) => ({ input: await attachedToEach(world), items: 3 }),
  },
}

async function attachedToEach(world: World) {
  const { iam } = world
  const made = await policy(world)
  await iam('CreateUser', { UserName: 'ann' })
  await iam('CreateGroup', { GroupName: 'g' })
  await iam('AttachUserPolicy', { UserName: 'ann', ...made })
  await iam('AttachGroupPolicy', { GroupName: 'g', ...made })
  await iam('AttachRolePolicy', { RoleName: 'OrganizationAccountAccessRole', ...made })
  return made
}
