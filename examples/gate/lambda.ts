/**
 * A function of one account reads a bucket of another: its role must be allowed to, and the bucket's
 * policy must let it in; each without the other is refused. Needs a running Bailiwick and its
 * administrator in the environment:
 *
 *   eval "$(npx bailiwick env)" && node examples/gate/lambda.ts
 */
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  admin,
  administratorOf,
  identityOf,
  makeAccount,
  makeRole,
  policy,
  refused,
  region,
  say,
  show,
  stsAs,
} from '../walk.ts'

const bailiwick = (process.env['BAILIWICK'] ?? 'npx bailiwick').split(' ')
const program = fileURLToPath(new URL('function.ts', import.meta.url))

/** Runs the function as Lambda would, with its role; what it prints. What it complains of, throws. */
async function runFunction(role: string, ...args: readonly string[]): Promise<string> {
  const service = ['--service', 'lambda.amazonaws.com', '--role', role]
  const command = [...bailiwick, 'exec', ...service, '--', process.execPath, program, ...args]
  const ended = promisify(execFile)('env', command)
  const { stdout } = await ended.catch((reason: unknown) => {
    throw new Error((reason as { readonly stderr: string }).stderr.trim())
  })
  return stdout.trim()
}

say('The account of the reports has a bucket with one of them')
const reports = await makeAccount('reports')
const s3 = new S3Client({ region, credentials: await administratorOf(reports) })
const Bucket = `reports-${reports}`
await s3.send(new CreateBucketCommand({ Bucket }))
const words = 'May was a good month.'
await s3.send(new PutObjectCommand({ Bucket, Key: 'may.txt', Body: words }))
show(`${Bucket} of ${reports}`)

say('The role of our function may read there, but the bucket has not let it in: refused')
const { account } = await identityOf(stsAs())
const trust = {
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
}
const object = { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }
const role = await makeRole('reader', { trust, may: [object] })
show(`${role} of ${account}`)
const read = () => runFunction(role, Bucket, 'may.txt')
const denied = 'AccessDenied: Access Denied'
await refused(denied, read())

say('The bucket lets it in, but the role may not: refused')
const ofRole = { RoleName: 'reader', PolicyName: 'may' }
await admin.send(new DeleteRolePolicyCommand(ofRole))
const Policy = policy({ ...object, Principal: { AWS: role } })
await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
await refused(denied, read())

say('Both: it reads')
await admin.send(new PutRolePolicyCommand({ ...ofRole, PolicyDocument: policy(object) }))
const found = await read()
show(found)
if (found !== words) throw new Error('that is not what the object holds')
say('Done: both accounts had to agree.')
