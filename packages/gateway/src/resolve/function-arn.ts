import { type ForwardedCall, scalar, text, Unresolvable } from './forwarded-call.ts'

/**
 * A function by its name, its partial or its whole ARN, each with a qualifier or without.
 * Source: Lambda API Reference, FunctionName.
 */
export function functionArn(
  call: Pick<ForwardedCall, 'partition' | 'region' | 'accountId'>,
  given: unknown,
  qualifier: unknown,
): string {
  const parts =
    /^(?:(?:arn:([a-z-]+):lambda:([a-z0-9-]+):)?(\d{12}):function:|function:)?([A-Za-z0-9_-]+)(?::(\$LATEST|[A-Za-z0-9_-]+))?$/.exec(
      text(given) ?? '',
    )
  if (parts === null) throw new Unresolvable('The request names no function')
  const [, partition = call.partition, region = call.region, account = call.accountId] = parts
  const [, , , , name = '', own] = parts
  const other = scalar(qualifier)
  if (own !== undefined && other !== undefined && own !== other) {
    throw new Unresolvable('The function comes with two qualifiers')
  }
  if (account === '') throw new Unresolvable('The request names no account')
  const suffix = own ?? other
  const arn = `arn:${partition}:lambda:${region}:${account}:function:${name}`
  return suffix === undefined ? arn : `${arn}:${suffix}`
}
