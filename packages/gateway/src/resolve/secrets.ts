import type { Check } from '../operation.ts'
import { checkOn, checksByFacts } from './by-facts.ts'
import { anyText, type ForwardedCall, list, Unresolvable } from './forwarded-call.ts'

/**
 * Secrets Manager: a batch also reads each secret, or, where it names none, any of them.
 * Source: Secrets Manager API Reference, BatchGetSecretValue.
 */
export function resolveSecretsManager(call: ForwardedCall): readonly Check[] {
  const { operation, input, partition, region, accountId } = call
  const checks = checksByFacts(call, `secretsmanager:${operation.name}`)
  if (operation.name !== 'BatchGetSecretValue') return checks
  const read = 'secretsmanager:GetSecretValue'
  const named = list(input.SecretIdList).flatMap((id) =>
    checksByFacts({ ...call, input: { SecretId: id } }, read),
  )
  if (named.length > 0) return [...checks, ...named]
  if (accountId === '') throw new Unresolvable('The request names no account')
  const all = `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${anyText}`
  return [...checks, checkOn(call, read, all)]
}
