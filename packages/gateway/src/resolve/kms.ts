import type { Check } from '../operation.ts'
import { checkOn, checksByFacts } from './by-facts.ts'
import { anyText, type ForwardedCall, text, Unresolvable } from './forwarded-call.ts'
import { factsOf } from './facts.ts'

/**
 * What a call of KMS needs allowed. An alias does not tell its key unless it is looked
 * up, nor does a ciphertext: any key of the account may be meant (chosen by us).
 * Source: KMS Developer Guide, "Permissions reference".
 */
export function resolveKms(call: ForwardedCall): readonly Check[] {
  const { operation, input } = call
  const action = `kms:${operation.name}`
  if (operation.name === 'ReEncrypt') {
    return [halfCheck(call, 'From', 'Source'), halfCheck(call, 'To', 'Destination')]
  }
  const types = (factsOf(action)?.types ?? []).map(({ name }) => name)
  if (types.length === 0) return checksByFacts(call, action)
  const keys = checkOn(call, action, keyArn(call, input.KeyId ?? input.TargetKeyId))
  if (!types.includes('alias')) return [keys]
  return [checkOn(call, action, aliasArn(call, input.AliasName)), keys]
}

/** One half of ReEncrypt: the keys of each are those of its own key, context and algorithm. */
function halfCheck(call: ForwardedCall, half: string, side: string): Check {
  const { input } = call
  const own = {
    KeyId: input[`${side}KeyId`],
    EncryptionContext: input[`${side}EncryptionContext`],
    EncryptionAlgorithm: input[`${side}EncryptionAlgorithm`],
  }
  return checkOn({ ...call, input: own }, `kms:ReEncrypt${half}`, keyArn(call, own.KeyId))
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
