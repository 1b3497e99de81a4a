/** A function that reads an object; it knows nothing of where its credentials come from. */
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'

const [Bucket, Key] = process.argv.slice(2)
try {
  const { Body } = await new S3Client({}).send(new GetObjectCommand({ Bucket, Key }))
  console.log(await Body?.transformToString())
} catch (error) {
  console.error(`${(error as Error).name}: ${(error as Error).message}`)
  process.exitCode = 1
}
