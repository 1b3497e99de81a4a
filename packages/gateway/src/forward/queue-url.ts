import type { OperationInput } from '@bailiwick/wire'

/**
 * Clients of SQS send on to the address that a queue's URL holds, so it must be the gate's, or they
 * would go round it; the backend must find its own.
 */
const answering = new Set([
  'CreateQueue',
  'GetQueueUrl',
  'ListQueues',
  'ListDeadLetterSourceQueues',
])

/** An input whose queue is addressed as the backend knows it: the path decides, at both. */
export function withBackendQueueUrl(input: OperationInput, origin: string): OperationInput {
  const { QueueUrl: url } = input
  if (typeof url !== 'string' || !URL.canParse(url)) return input
  return { ...input, QueueUrl: origin + new URL(url).pathname }
}

/** Whether an answer names queues by their URLs. */
export function namesQueues(service: string, operation: string): boolean {
  return service === 'sqs' && answering.has(operation)
}

/** An answer with the gate's address in the place of the backend's. */
export function withGateQueueUrls(body: Buffer, backendOrigin: string, gateOrigin: string): Buffer {
  const text = body.toString('utf8')
  return Buffer.from(text.replaceAll(`${backendOrigin}/`, () => `${gateOrigin}/`))
}
