/** What a token or an assertion asks of the session: its tags and its source identity. */
import type { ProvenIdentity } from '@bailiwick/gateway'
import { invalidIdentityToken } from './refusals.ts'

export type SessionAttributes = Pick<
  ProvenIdentity,
  'tags' | 'transitiveTagKeys' | 'sourceIdentity'
>

/** Source: STS API Reference, Tag, SourceIdentity (of 2 to 256 characters: recorded). */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
const keyCharsMax = 128
const valueCharsMax = 256
const tagsMax = 50
const sourceIdentityText = /^[\w+=,.@-]{2,256}$/

/** Errors: InvalidIdentityToken, in words of our own. */
export function checkedAttributes(
  tags: readonly (readonly [key: string, values: readonly string[]])[],
  transitiveTagKeys: readonly string[],
  sourceIdentity: string | undefined,
): SessionAttributes {
  const checked = tags.map(([Key, values]) => {
    const [Value, ...more] = values
    if (Value === undefined || more.length > 0 || !isTag(Key, Value)) {
      throw invalidIdentityToken(`Invalid session tag: ${Key.slice(0, keyCharsMax)}`)
    }
    return { Key, Value }
  })
  const keys = new Set(checked.map(({ Key }) => Key.toLowerCase()))
  if (keys.size !== checked.length) {
    const message = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'
    throw invalidIdentityToken(message)
  }
  if (checked.length > tagsMax) throw invalidIdentityToken(`More than ${tagsMax} session tags`)
  if (!transitiveTagKeys.every((key) => keys.has(key.toLowerCase()))) {
    const message = 'The specified transitive tag key must be included in the requested tags.'
    throw invalidIdentityToken(message)
  }
  if (sourceIdentity !== undefined && !isSourceIdentity(sourceIdentity)) {
    throw invalidIdentityToken('Invalid source identity')
  }
  return {
    tags: checked,
    transitiveTagKeys,
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  }
}

function isTag(key: string, value: string): boolean {
  const keyChars = [...key].length
  if (keyChars === 0 || keyChars > keyCharsMax || [...value].length > valueCharsMax) return false
  return tagText.test(key) && tagText.test(value) && !key.toLowerCase().startsWith('aws:')
}

function isSourceIdentity(text: string): boolean {
  return sourceIdentityText.test(text) && !text.toLowerCase().startsWith('aws:')
}
