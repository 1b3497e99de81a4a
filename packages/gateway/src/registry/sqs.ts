import type { Caller } from '../caller.ts'
import type { KeptService } from './kept.ts'
import type { NewResource } from './resource.ts'
import { isOwnersAlone, sqsPolicyOperations } from './sqs-policy.ts'
import {
  adoptableQueues,
  isNonExistentQueue,
  queueCreatedAt,
  sqsQueueOperations,
} from './sqs-queues.ts'
import { nonExistentQueue } from './sqs-words.ts'

/** What root of the owner does whatever the queue's policy says: the way out of a lock-out. */
const rootsWayOut = new Set([
  'sqs:GetQueueAttributes',
  'sqs:RemovePermission',
  'sqs:SetQueueAttributes',
])

/**
 * Source: SQS Developer Guide, "API permissions"; evaluation-logic §2: root mends a queue's policy.
 */
function ignoresPolicy({ accountId }: NewResource, caller: Caller, action: string): boolean {
  const { principal } = caller
  if (caller.accountId !== accountId) return isOwnersAlone(action)
  return principal.kind === 'root' && rootsWayOut.has(action)
}

/** Queues. */
export const keptSqs: KeptService = {
  service: 'sqs',
  resourceOf: (arn) =>
    /^arn:[^:]+:sqs:[^:]+:\d{12}:[\w-]+(\.fifo)?$/.test(arn) ? { arn, type: 'queue' } : undefined,
  missing: nonExistentQueue,
  isGone: (_operation, _status, code) => isNonExistentQueue(code),
  ignoresPolicy,
  createdAt: queueCreatedAt,
  adoptableType: 'queue',
  adoptable: adoptableQueues,
  operations: { ...sqsQueueOperations, ...sqsPolicyOperations },
}
