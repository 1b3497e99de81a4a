/** The tags of objects. */
import { documentIn, versionOf, type Handler } from './call.ts'
import { S3Error } from './errors.ts'
import { tagCountMax, tagKeyCharactersMax, tagValueCharactersMax } from './limits.ts'

export const GetObjectTagging: Handler = (call) => {
  const { row, VersionId } = versionOf(call)
  return { output: { VersionId, TagSet: JSON.parse(row.tags) as readonly Tag[] } }
}

export const PutObjectTagging: Handler = (call) => {
  const { row, VersionId } = versionOf(call)
  const { TagSet } = documentIn(call.input, 'Tagging')
  call.store.setTags(row, checkTags((TagSet ?? []) as readonly Tag[]))
  return { output: { VersionId } }
}

export const DeleteObjectTagging: Handler = (call) => {
  const { row, VersionId } = versionOf(call)
  call.store.setTags(row, [])
  return { output: { VersionId } }
}

export interface Tag {
  readonly Key: string
  readonly Value: string
}

/** The header `x-amz-tagging`: a query string. */
export function tagsOfHeader(text: unknown): readonly Tag[] {
  if (typeof text !== 'string') return []
  const tags = [...new URLSearchParams(text)].map(([Key, Value]) => ({ Key, Value }))
  return checkTags(tags)
}

/** @throws S3Error where they are none that S3 takes. Source: "Categorizing your objects using tags". */
export function checkTags(tags: readonly Tag[]): readonly Tag[] {
  const keys = new Set(tags.map(({ Key }) => Key))
  if (keys.size !== tags.length) {
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key')
  }
  if (tags.length > tagCountMax) {
    throw new S3Error('InvalidTag', `Object tags cannot be greater than ${String(tagCountMax)}`)
  }
  if (!tags.every(isTag)) throw new S3Error('InvalidTag')
  return tags
}

/** Letters, digits, space and `+ - = . _ : / @` of any script. */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

function isTag({ Key = '', Value = '' }: Partial<Tag>): boolean {
  if (Key === '' || /^aws:/i.test(Key) || !tagText.test(Key) || !tagText.test(Value)) return false
  return [...Key].length <= tagKeyCharactersMax && [...Value].length <= tagValueCharactersMax
}
