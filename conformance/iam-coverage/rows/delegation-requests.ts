import { expect } from 'vitest'
import type { Rows } from '../row.ts'
import { everything, quotas, type World } from '../world.ts'

const gone = { DelegationRequestId: '00000000-0000-4000-8000-000000000000' }
const step = { NoSuchEntity: gone }

/** A template is a managed policy of the requestor. */
function input({ arn, accountId }: World, n = 0) {
  return {
    Description: 'Set up the product',
    Permissions: { PolicyTemplateArn: arn('policy/template') },
    NotificationChannel: `arn:aws:sns:us-east-1:${accountId}:updates`,
    RequestorWorkflowId: `workflow-${String(n)}`,
    SessionDuration: 3600,
  }
}

async function template({ iam }: World): Promise<void> {
  await iam('CreatePolicy', { PolicyName: 'template', PolicyDocument: everything })
}

/** A request that is for whoever associates it first: here, whoever made it. */
async function request(world: World, n = 0) {
  if (n === 0) await template(world)
  const { DelegationRequestId } = await world.iam('CreateDelegationRequest', input(world, n))
  return { DelegationRequestId }
}

async function associated(world: World, n = 0) {
  const id = await request(world, n)
  await world.iam('AssociateDelegationRequest', id)
  return id
}

async function accepted(world: World) {
  const id = await associated(world)
  await world.iam('AcceptDelegationRequest', id)
  return id
}

async function stateOf({ iam }: World, id: { readonly DelegationRequestId: string | undefined }) {
  return (await iam('GetDelegationRequest', id)).DelegationRequest?.State
}

export const delegationRequestRows: Rows = {
  CreateDelegationRequest: {
    refused: input,
    async success(world) {
      expect(await stateOf(world, await request(world))).toBe('UNASSIGNED')
    },
    errors: {
      async EntityAlreadyExists(world) {
        await request(world)
        return input(world)
      },
      InvalidInput: input, // The template is not there.
      async LimitExceeded(world) {
        for (let n = 0; n < quotas.DelegationRequestsPerAccount; n++) await request(world, n)
        return input(world, quotas.DelegationRequestsPerAccount)
      },
    },
  },

  GetDelegationRequest: {
    refused: gone,
    async success(world) {
      const id = await request(world)
      const { DelegationRequest } = await world.iam('GetDelegationRequest', id)
      expect(DelegationRequest).toMatchObject({ ...id, RequestorId: world.accountId })
    },
    errors: step,
  },

  ListDelegationRequests: {
    refused: {},
    async success(world) {
      const id = await associated(world)
      const { DelegationRequests } = await world.iam('ListDelegationRequests', {})
      expect(DelegationRequests).toMatchObject([{ ...id, State: 'ASSIGNED' }])
    },
    errors: { InvalidInput: { OwnerId: 'arn:aws:iam::999988887777:user/ann' } },
    async pastTheEnd(world) {
      for (const n of [0, 1, 2]) await associated(world, n)
      return { input: {}, items: 3 }
    },
  },

  AssociateDelegationRequest: {
    refused: gone,
    async success(world) {
      expect(await stateOf(world, await associated(world))).toBe('ASSIGNED')
    },
    errors: { ...step, InvalidInput: associated },
  },

  UpdateDelegationRequest: {
    refused: gone,
    async success(world) {
      const id = await associated(world)
      await world.iam('UpdateDelegationRequest', { ...id, Notes: 'please' })
      expect(await stateOf(world, id)).toBe('PENDING_APPROVAL')
    },
    errors: { ...step, InvalidInput: request },
  },

  AcceptDelegationRequest: {
    refused: gone,
    async success(world) {
      expect(await stateOf(world, await accepted(world))).toBe('ACCEPTED')
    },
    errors: { ...step, InvalidInput: request },
  },

  RejectDelegationRequest: {
    refused: gone,
    async success(world) {
      const id = await associated(world)
      await world.iam('RejectDelegationRequest', { ...id, Notes: 'no' })
      expect(await stateOf(world, id)).toBe('REJECTED')
    },
    errors: { ...step, InvalidInput: request },
  },

  SendDelegationToken: {
    refused: gone,
    async success(world) {
      const id = await accepted(world)
      await world.iam('SendDelegationToken', id)
      expect(await stateOf(world, id)).toBe('FINALIZED')
    },
    errors: { ...step, InvalidInput: associated },
  },

  GetHumanReadableSummary: {
    refused: ({ arn }) => ({ EntityArn: arn(`delegation-request/${gone.DelegationRequestId}`) }),
    async success(world) {
      const { DelegationRequestId } = await request(world)
      const EntityArn = world.arn(`delegation-request/${DelegationRequestId ?? ''}`)
      const summary = await world.iam('GetHumanReadableSummary', { EntityArn })
      expect(summary).toMatchObject({ SummaryState: 'AVAILABLE', Locale: 'en' })
      expect(summary.SummaryContent).not.toBe('')
    },
    errors: {
      NoSuchEntity: ({ arn }) => ({
        EntityArn: arn(`delegation-request/${gone.DelegationRequestId}`),
      }),
      InvalidInput: ({ arn }) => ({ EntityArn: arn('user/ann') }),
    },
  },
}
