/** The policies AWS publishes, decoded one by one as they are asked for. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import type { AwsManagedPolicy, ManagedPolicyCatalog } from '../domain/managed-policy-catalog.ts'
import type { PackedPolicy, PackIndex } from './pack-format.ts'

/** Decoded blocks kept: policies asked for together stand together. */
const blocksKeptMax = 4

const idAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** `ANPA` and 17 characters that only depend on the ARN: the public data has no ids. */
export function managedPolicyId(arn: string): string {
  const digest = createHash('sha256').update(arn).digest()
  let id = 'ANPA'
  for (let i = 0; i < 17; i++) id += idAlphabet[(digest[i] ?? 0) & 31]
  return id
}

/**
 * Opens the pack that comes with the server; the index is read at the first question.
 *
 * @param partition Of the ARNs: `aws` or the deployment's own.
 */
export function openManagedPolicies(partition = 'aws'): ManagedPolicyCatalog {
  let opened: Catalog | undefined
  const catalog = () => (opened ??= readCatalog(partition))
  return {
    get count() {
      return catalog().inOrder.length
    },
    byArn: (arn) => catalog().byArn.get(arn)?.policy,
    byId: (policyId) => catalog().byId.get(policyId)?.policy,
    list: (request) => list(catalog(), request),
    document: (arn, versionId) => catalog().document(arn, versionId),
    versionIds: (arn) =>
      catalog()
        .byArn.get(arn)
        ?.packed[3].map(([id]) => id) ?? [],
  }
}

interface Entry {
  readonly policy: AwsManagedPolicy
  readonly packed: PackedPolicy
  readonly nameFolded: string
}

interface Catalog {
  readonly inOrder: readonly Entry[]
  readonly byArn: ReadonlyMap<string, Entry>
  readonly byId: ReadonlyMap<string, Entry>
  document(arn: string, versionId?: string): string | undefined
}

function readCatalog(partition: string): Catalog {
  const file = readFileSync(new URL('./policies.pack', import.meta.url))
  const indexEnd = 4 + file.readUInt32BE(0)
  const index = JSON.parse(brotliDecompressSync(file.subarray(4, indexEnd)).toString()) as PackIndex
  const inOrder = index.policies.map((packed) => entryOf(packed, partition))
  const byArn = new Map(inOrder.map((entry) => [entry.policy.arn, entry]))
  const block = blockReader(file, indexEnd, index.blockBytes)
  return {
    inOrder,
    byArn,
    byId: new Map(inOrder.map((entry) => [entry.policy.policyId, entry])),
    document(arn, versionId) {
      const versions = byArn.get(arn)?.packed[3]
      const version =
        versionId === undefined ? versions?.[0] : versions?.find(([id]) => id === versionId)
      if (version === undefined) return undefined
      const [, number, offset, length] = version
      return block(number).toString('utf8', offset, offset + length)
    },
  }
}

function entryOf(packed: PackedPolicy, partition: string): Entry {
  const [pathAndName, createdAt, updatedAt, versions] = packed
  const slash = pathAndName.lastIndexOf('/') + 1
  const policyName = pathAndName.slice(slash)
  return {
    packed,
    nameFolded: policyName.toLowerCase(),
    policy: {
      policyId: managedPolicyId(`arn:aws:iam::aws:policy${pathAndName}`),
      policyName,
      path: pathAndName.slice(0, slash),
      arn: `arn:${partition}:iam::aws:policy${pathAndName}`,
      defaultVersionId: versions[0]?.[0] ?? 'v1',
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
    },
  }
}

function blockReader(file: Buffer, start: number, blockBytes: readonly number[]) {
  const starts = blockBytes.map((_, i) => start + blockBytes.slice(0, i).reduce((a, b) => a + b, 0))
  const kept = new Map<number, Buffer>()
  return (number: number): Buffer => {
    const known = kept.get(number)
    if (known !== undefined) return known
    const at = starts[number] ?? 0
    const block = brotliDecompressSync(file.subarray(at, at + (blockBytes[number] ?? 0)))
    kept.set(number, block)
    for (const oldest of kept.keys()) {
      if (kept.size <= blocksKeptMax) break
      kept.delete(oldest)
    }
    return block
  }
}

function list(
  { inOrder }: Catalog,
  request: Parameters<ManagedPolicyCatalog['list']>[0],
): readonly AwsManagedPolicy[] {
  const { pathPrefix = '/', after, limit } = request
  const afterFolded = after?.toLowerCase()
  const page: AwsManagedPolicy[] = []
  for (const { policy, nameFolded } of inOrder) {
    if (page.length >= limit) break
    if (afterFolded !== undefined && nameFolded <= afterFolded) continue
    if (policy.path.startsWith(pathPrefix)) page.push(policy)
  }
  return page
}
