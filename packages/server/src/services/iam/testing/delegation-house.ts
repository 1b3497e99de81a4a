/** A requestor with a policy template, and a customer, for tests of delegation requests. */
import { policy } from '../../../testing/deployment.ts'
import type { Credentials } from '../../../testing/deployment.ts'
import { accountId, arn, openIam, otherAccountId } from './iam-house.ts'

export const topic = `arn:aws:sns:us-east-1:${accountId}:updates`
const templateText = policy({
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:PutObject'],
  Resource: 'arn:aws:s3:::@{bucketName}/*',
})
export const rendered = templateText.replace('@{bucketName}', 'customer-data')
export const Parameters = [
  { Name: 'bucketName', Values: ['customer-data'], Type: 'string' as const },
]

/** A requestor with a template, and another account, the customer's. */
export async function openDelegation() {
  const notifications: { readonly topicArn: string; readonly message: object }[] = []
  const notify = (topicArn: string, message: object) => {
    notifications.push({ topicArn, message })
  }
  const house = await openIam({ notify })
  const owner = await house.deployment.root(otherAccountId)
  await house.iam('CreatePolicy', { PolicyName: 'T', PolicyDocument: templateText })
  let count = 0
  const input = (more: object = {}) => ({
    ...{ Description: 'Set up the product', NotificationChannel: topic, SessionDuration: 3600 },
    RequestorWorkflowId: `workflow-${count++}`,
    Permissions: { PolicyTemplateArn: arn('policy/T'), Parameters },
    ...more,
  })
  const create = async (more: object = {}) => {
    const { DelegationRequestId = '' } = await house.iam('CreateDelegationRequest', input(more))
    return { DelegationRequestId }
  }
  const as = (who: Credentials) => ({
    associate: (id: Id) => house.iam('AssociateDelegationRequest', id, who),
    update: (id: Id) => house.iam('UpdateDelegationRequest', { ...id, Notes: 'please' }, who),
    accept: (id: Id) => house.iam('AcceptDelegationRequest', id, who),
    reject: (id: Id) => house.iam('RejectDelegationRequest', { ...id, Notes: 'no' }, who),
    send: (id: Id) => house.iam('SendDelegationToken', id, who),
    get: async (id: Id) => (await house.iam('GetDelegationRequest', id, who)).DelegationRequest,
  })
  return { ...house, notifications, owner, input, create, as }
}

interface Id {
  readonly DelegationRequestId: string
}

export const missing = ({ DelegationRequestId: id }: Id) =>
  `The delegation request with id ${id} cannot be found.`
