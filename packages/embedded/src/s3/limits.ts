/** What S3 takes at most, or at least. Source: S3 User Guide and API Reference, where not said. */
import type { OperationInput } from '@bailiwick/wire'
import { S3Error } from './errors.ts'

/** Of a key, in UTF-8. Source: S3 User Guide, "Naming Amazon S3 objects". */
export const keyBytesMax = 1_024
/** Names and values of user metadata together. Source: "Working with object metadata". */
export const metadataBytesMax = 2_048
/** Of an object that comes in one request, or is copied in one. Source: PutObject, CopyObject. */
export const objectBytesMax = 5 * 1024 ** 3
/** Of every part but the last. Source: "Amazon S3 multipart upload limits". */
export const partBytesMin = 5 * 1024 ** 2
/** Parts have numbers from 1. Source: "Amazon S3 multipart upload limits". */
export const partNumberMax = 10_000
/** Keys of a DeleteObjects. Source: DeleteObjects. */
export const deletedKeysMax = 1_000
/** Rows of a page. Source: ListObjectsV2, ListObjectVersions, ListMultipartUploads, ListParts. */
export const pageRowsMax = 1_000
/** Bytes of a body that is no object. Chosen by us: a thousand keys of 1,024 bytes, escaped. */
export const documentBytesMax = 8 * 1024 * 1024
/** Source: S3 User Guide, "Categorizing your objects using tags". */
export const tagCountMax = 10
export const tagKeyCharactersMax = 128
export const tagValueCharactersMax = 256

/** The key that a call writes. @throws S3Error where there is none, or it is too long. */
export function checkKey(key: unknown): string {
  if (typeof key !== 'string' || key === '') throw new S3Error('InvalidRequest', 'Key is missing.')
  if (Buffer.byteLength(key) > keyBytesMax) throw new S3Error('KeyTooLongError')
  return key
}

/** From 3 to 63 characters. @throws S3Error Source: "General purpose bucket naming rules". */
export function checkBucketName(name: string): string {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw new S3Error('InvalidBucketName')
  return name
}

/** @throws S3Error MetadataTooLarge */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  const sizes = Object.entries(metadata)
    .flat()
    .map((text) => Buffer.byteLength(text))
  const size = sizes.reduce((sum, each) => sum + each, 0)
  if (size > metadataBytesMax) throw new S3Error('MetadataTooLarge')
}

/** @throws S3Error EntityTooLarge */
export function checkSize(bytes: unknown): void {
  if (typeof bytes === 'number' && bytes > objectBytesMax) throw new S3Error('EntityTooLarge')
}

/** @throws S3Error InvalidArgument */
export function partNumberIn({ PartNumber: number }: OperationInput): number {
  if (typeof number === 'number' && number >= 1 && number <= partNumberMax) return number
  const words = 'Part number must be an integer between 1 and 10000, inclusive'
  throw new S3Error('InvalidArgument', words)
}
