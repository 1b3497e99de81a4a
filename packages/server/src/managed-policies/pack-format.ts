/**
 * The file the AWS managed policies come in: an index, and the documents in blocks of policies
 * that stand together, each compressed for itself, so that one is read without the others.
 *
 * Layout: length of the index (4 bytes, big endian) ‖ index (brotli of JSON) ‖ blocks (brotli).
 */
export interface PackIndex {
  /** Package and version the data comes from. */
  readonly source: string
  /** Length of each compressed block, in order. */
  readonly blockBytes: readonly number[]
  readonly policies: readonly PackedPolicy[]
}

/** In name order, ignoring case. Times are milliseconds since 1970. */
export type PackedPolicy = readonly [
  pathAndName: string,
  createdAt: number,
  updatedAt: number,
  versions: readonly PackedVersion[],
]

/** The first of a policy is its default. */
export type PackedVersion = readonly [
  versionId: string,
  block: number,
  offset: number,
  length: number,
]
