import { type ForwardedCall, Unresolvable } from './forwarded-call.ts'

/**
 * The ARN of the queue that a URL names: account and name are the last two pieces of its path. The
 * region, where host or path tell one, is the call's.
 * Source: SQS Developer Guide, "Queue and message identifiers".
 */
export function queueOf({ partition, region }: ForwardedCall, url: string): string {
  const parts = /^https?:\/\/([^/?#]+)\/(.*?)(\d{12})\/([A-Za-z0-9_-]{1,80}(?:\.fifo)?)$/.exec(url)
  if (parts === null) throw new Unresolvable('The queue URL names no account and queue')
  const [, host = '', path = '', account = '', name = ''] = parts
  const told = [...`${host}/${path}`.matchAll(/(?:^|[./])([a-z]{2}(?:-[a-z]+)+-\d)(?=[./])/g)]
  if (told.some(([, named]) => named !== region)) {
    throw new Unresolvable('The queue URL is of another region')
  }
  return `arn:${partition}:sqs:${region}:${account}:${name}`
}
