/** The façade of `@bailiwick/embedded`: what is in the child processes is loaded only there. */
import { fileURLToPath } from 'node:url'
import type { ChildSettings, EmbeddedKind } from './settings.ts'

export type { ChildSettings, EmbeddedKind }

/** The services of each process. */
export const embeddedKinds: Readonly<Record<EmbeddedKind, readonly string[]>> = {
  s3: ['s3'],
  queues: ['sqs', 'sns'],
  tables: ['dynamodb'],
}

/** What each service lacks most, for whoever starts it; all of it is in docs/reference.md. */
export const embeddedLacks: Readonly<Record<string, string>> = {
  s3: "keys of one's own (SSE-C), object lock, notifications, replication, websites",
  sqs: 'the Query protocol of old clients, permissions, dead-letter redrive',
  sns: 'deliveries to anything but SQS: HTTP, e-mail, Lambda, SMS and push get nothing',
  dynamodb: 'PartiQL, streams, time to live, backups, global tables',
}

/** The program of the processes: a source beside this file, or a bundle beside ours. */
export function childProgram(): string {
  const name = import.meta.url.endsWith('.ts') ? './child.ts' : './embedded.js'
  return fileURLToPath(new URL(name, import.meta.url))
}
