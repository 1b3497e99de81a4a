import type { Check } from '../operation.ts'
import { checkOn, checksByFacts } from './by-facts.ts'
import { anyText, type ForwardedCall, text, Unresolvable } from './forwarded-call.ts'
import { factsOf } from './facts.ts'
import { grantIdKey, grantOfToken } from './grant-token.ts'

/**
 * What a call of KMS needs allowed. An alias does not tell its key unless it is looked
 * up, nor does a ciphertext: any key of the account may be meant (chosen by us).
 * Source: KMS Developer Guide, "Permissions reference".
 */
export function resolveKms(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  const action = `kms:${operation.name}`
  if (operation.name === 'ReEncrypt') {
    const [from, to] = [keyArn(call, input.SourceKeyId), keyArn(call, input.DestinationKeyId)]
    const isTold = ![from, to].some((arn) => arn.includes(anyText))
    const IsSameKey = isTold ? from === to : undefined
    return [
      halfCheck(call, 'From', 'Source', { arn: from, IsSameKey }),
      halfCheck(call, 'To', 'Destination', { arn: to, IsSameKey }),
    ]
  }
  const types = (factsOf(action)?.types ?? []).map(({ name }) => name)
  if (types.length === 0) return checksByFacts(call, action)
  if (types.includes('alias')) return aliasChecks(call, action)
  if (operation.name === 'RetireGrant') return [retirement(call, action)]
  return [checkOn(call, action, keyArn(call, input.KeyId))]
}

/** The alias, the key that it stands for, and the one that it is to stand for. */
function aliasChecks(call: ForwardedCall, action: string): readonly Check[] {
  const { input, operation } = call
  const alias = aliasArn(call, input.AliasName)
  const isNew = operation.name === 'CreateAlias'
  const before = isNew ? undefined : call.lookUps?.keyOfAlias?.(alias)
  const after = input.TargetKeyId === undefined ? undefined : keyArn(call, input.TargetKeyId)
  const keys = new Set([before, after].filter((arn) => arn !== undefined))
  if (keys.size === 0) keys.add(keyArn(call, undefined))
  return [alias, ...keys].map((arn) => checkOn(call, action, arn))
}

/** A grant is told by its token, or by its key and id. */
function retirement(call: ForwardedCall, action: string): Check {
  const { GrantToken, KeyId } = call.input
  if (text(GrantToken) === undefined && text(KeyId) === undefined) {
    throw new Unresolvable('The request names no grant')
  }
  const token = grantOfToken(GrantToken)
  const check = checkOn(call, action, token?.key ?? keyArn(call, KeyId))
  const id = token?.id ?? text(call.input.GrantId)
  return { ...check, contextKeys: { ...check.contextKeys, [grantIdKey]: id } }
}

/** One half of ReEncrypt: the keys of each are those of its own key, context and algorithm. */
function halfCheck(
  call: ForwardedCall,
  half: string,
  side: string,
  { arn, IsSameKey }: { readonly arn: string; readonly IsSameKey: boolean | undefined },
): Check {
  const { input } = call
  const own = {
    ...{ KeyId: input[`${side}KeyId`], IsSameKey },
    EncryptionContext: input[`${side}EncryptionContext`],
    EncryptionAlgorithm: input[`${side}EncryptionAlgorithm`],
  }
  return checkOn({ ...call, input: own }, `kms:ReEncrypt${half}`, arn)
}

function keyArn(call: ForwardedCall, id: unknown): string {
  const given = text(id)
  if (given === undefined) return ofAccount(call, `key/${anyText}`)
  if (/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(given)) return given
  const alias = /^(arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:)?alias\/[A-Za-z0-9/_-]+$/.exec(given)
  if (alias) {
    const arn = alias[1] === undefined ? ofAccount(call, given) : given
    return call.lookUps?.keyOfAlias?.(arn) ?? arn.replace(/alias\/.*$/, `key/${anyText}`)
  }
  if (/^[A-Za-z0-9-]+$/.test(given)) return ofAccount(call, `key/${given}`)
  throw new Unresolvable(`${given} names no key`)
}

function aliasArn(call: ForwardedCall, name: unknown): string {
  const alias = text(name)
  if (alias === undefined || !/^alias\/[A-Za-z0-9/_-]+$/.test(alias)) {
    throw new Unresolvable('The request names no alias')
  }
  return ofAccount(call, alias)
}

function ofAccount({ partition, region, accountId }: ForwardedCall, rest: string): string {
  if (accountId === '') throw new Unresolvable('The request names no account')
  return `arn:${partition}:kms:${region}:${accountId}:${rest}`
}
