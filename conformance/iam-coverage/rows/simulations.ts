import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { everything, type World } from '../world.ts'

const ActionNames = ['s3:GetObject']
const object = 'arn:aws:s3:::bucket/object'

/** Allows s3:GetObject to whoever has the tag. */
const conditional = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Action: 's3:GetObject',
    Resource: '*',
    Condition: { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
  },
})

const annOf = (accountId: string) => `arn:aws:iam::${accountId}:user/ann`

/** Ann, who may get objects with the tag that she has not, and whose group may do everything. */
async function annInGroup({ iam }: World): Promise<void> {
  const policy = { PolicyName: 'p', PolicyDocument: conditional }
  await iam('CreateUser', { UserName: 'ann' })
  await iam('PutUserPolicy', { UserName: 'ann', ...policy })
  await iam('CreateGroup', { GroupName: 'g' })
  const all = { GroupName: 'g', PolicyName: 'all', PolicyDocument: everything }
  await iam('PutGroupPolicy', all)
  await iam('AddUserToGroup', { GroupName: 'g', UserName: 'ann' })
}

const threeActions = ['s3:GetObject', 's3:PutObject', 'sqs:SendMessage']

export const simulationRows: Rows = {
  SimulateCustomPolicy: {
    refused: { PolicyInputList: [everything], ActionNames },
    async success({ iam }) {
      const input = { PolicyInputList: [conditional], ActionNames, ResourceArns: [object] }
      const { EvaluationResults } = await iam('SimulateCustomPolicy', input)
      expect(EvaluationResults).toMatchObject([
        {
          EvalActionName: 's3:GetObject',
          EvalResourceName: object,
          EvalDecision: 'implicitDeny',
          ResourceSpecificResults: [{ MissingContextValues: ['aws:PrincipalTag/team'] }],
        },
      ])
      const entry = { ContextKeyName: 'aws:PrincipalTag/team', ContextKeyValues: ['red'] }
      const ContextEntries = [{ ...entry, ContextKeyType: 'string' as const }]
      const allowed = await iam('SimulateCustomPolicy', { ...input, ContextEntries })
      expect(allowed.EvaluationResults).toMatchObject([
        {
          EvalDecision: 'allowed',
          MatchedStatements: [
            {
              SourcePolicyId: 'PolicyInputList.1',
              SourcePolicyType: 'IAM Policy',
              StartPosition: { Line: 1, Column: 38 },
              EndPosition: { Line: 1, Column: conditional.length },
            },
          ],
        },
      ])
    },
    errors: {
      InvalidInput: { PolicyInputList: ['{'], ActionNames },
      ValidationError: { PolicyInputList: [everything], ActionNames: ['a'] },
    },
    pastTheEnd: () =>
      Promise.resolve({
        input: { PolicyInputList: [everything], ActionNames: threeActions },
        items: 3,
      }),
  },

  SimulatePrincipalPolicy: {
    refused: ({ accountId }) => ({ PolicySourceArn: annOf(accountId), ActionNames }),
    async success(world) {
      await annInGroup(world)
      const input = { PolicySourceArn: annOf(world.accountId), ActionNames }
      const { EvaluationResults } = await world.iam('SimulatePrincipalPolicy', input)
      expect(EvaluationResults).toMatchObject([
        {
          EvalResourceName: '*',
          EvalDecision: 'allowed',
          MatchedStatements: [{ SourcePolicyId: 'group_g_all' }],
          OrganizationsDecisionDetail: { AllowedByOrganizations: true },
        },
      ])
    },
    errors: {
      NoSuchEntity: ({ accountId }) => ({ PolicySourceArn: annOf(accountId), ActionNames }),
      InvalidInput: { PolicySourceArn: 'arn:aws:iam::111122223333:root', ActionNames },
    },
    async pastTheEnd(world) {
      await annInGroup(world)
      const PolicySourceArn = annOf(world.accountId)
      return { input: { PolicySourceArn, ActionNames: threeActions }, items: 3 }
    },
  },

  GetContextKeysForCustomPolicy: {
    refused: { PolicyInputList: [everything] },
    async success({ iam }) {
      const input = { PolicyInputList: [conditional, everything, conditional] }
      const { ContextKeyNames } = await iam('GetContextKeysForCustomPolicy', input)
      expect(ContextKeyNames).toEqual(['aws:PrincipalTag/team'])
    },
    errors: { InvalidInput: { PolicyInputList: ['{'] } },
  },

  GetContextKeysForPrincipalPolicy: {
    refused: ({ accountId }) => ({ PolicySourceArn: annOf(accountId) }),
    async success(world) {
      await annInGroup(world)
      const input = { PolicySourceArn: annOf(world.accountId) }
      const { ContextKeyNames } = await world.iam('GetContextKeysForPrincipalPolicy', input)
      expect(ContextKeyNames).toEqual(['aws:PrincipalTag/team'])
    },
    errors: {
      NoSuchEntity: ({ accountId }) => ({ PolicySourceArn: annOf(accountId) }),
      InvalidInput: { PolicySourceArn: 'arn:aws:iam::111122223333:root' },
    },
  },

  ListPoliciesGrantingServiceAccess: {
    refused: ({ accountId }) => ({ Arn: annOf(accountId), ServiceNamespaces: ['s3'] }),
    async success(world) {
      await annInGroup(world)
      const input = { Arn: annOf(world.accountId), ServiceNamespaces: ['s3', 'iam'] }
      const answer = await world.iam('ListPoliciesGrantingServiceAccess', input)
      const all = { PolicyName: 'all', PolicyType: 'INLINE', EntityType: 'GROUP', EntityName: 'g' }
      expect(answer.PoliciesGrantingServiceAccess).toMatchObject([
        { ServiceNamespace: 's3', Policies: [{ PolicyName: 'p', EntityType: 'USER' }, all] },
        { ServiceNamespace: 'iam', Policies: [all] },
      ])
      expect(answer.IsTruncated).toBe(false)
    },
    errors: {
      NoSuchEntity: ({ accountId }) => ({ Arn: annOf(accountId), ServiceNamespaces: ['s3'] }),
      InvalidInput: { Arn: 'arn:aws:iam::111122223333:root', ServiceNamespaces: ['s3'] },
      ValidationError: { Arn: annOf('111122223333'), ServiceNamespaces: [] },
    },
    async pastTheEnd(world) {
      await annInGroup(world)
      const ServiceNamespaces = ['s3', 'iam', 'sqs']
      return { input: { Arn: annOf(world.accountId), ServiceNamespaces }, items: 3 }
    },
  },
}
