/**
 * The instance metadata service as a listener: the network tells which instance asks, by the
 * address it asks from. On a network where addresses can be forged it must not be opened.
 * Source: EC2 User Guide, "Use the Instance Metadata Service to access instance metadata".
 */
import { answerMetadata, type HttpAnswer, type HttpRequest } from '@bailiwick/wire'
import type { Instance } from '../domain/entity.ts'
import {
  describeInstance,
  instanceCredentials,
  roleOfInstance,
  type InstanceRole,
} from '../services/instance-role.ts'
import type { ServiceSessionScope } from '../services/service-session.ts'
import type { Store, StoreReader } from '../store/port.ts'

export interface InstanceMetadataOptions {
  readonly store: Store
  /** Signs the session tokens; 32 bytes. */
  readonly key: Uint8Array
  readonly clock: () => Date
  readonly session: Omit<ServiceSessionScope, 'now'>
}

/** Accounts and instances looked through at a time. */
const pageSize = 1000

const nobody: HttpAnswer = { status: 404, headers: { 'content-type': 'text/plain' }, body: '' }

/** Answers each instance about itself alone; an address that is no instance's learns nothing. */
export function createInstanceMetadata({
  store,
  key,
  clock,
  session,
}: InstanceMetadataOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    const address = request.remoteAddress.replace(/^::ffff:/, '')
    const found = await store.read((reader) => instanceAt(reader, address))
    if (found === undefined) return nobody
    const { instance, held } = found
    return answerMetadata(request, {
      key,
      now: clock,
      description: describeInstance(instance, held),
      credentials: () =>
        Promise.resolve(instanceCredentials({ ...session, now: clock() }, instance, held)),
    })
  }
}

interface Found {
  readonly instance: Instance
  readonly held: InstanceRole
}

/** The one running instance of that address; of two nobody can say which asks, so neither is it. */
async function instanceAt(reader: StoreReader, address: string): Promise<Found | undefined> {
  const found: Instance[] = []
  for await (const instance of allInstances(reader)) {
    if (instance.state === 'running' && instance.privateIpAddress === address) found.push(instance)
  }
  const [instance] = found
  if (instance === undefined || found.length > 1) return undefined
  return { instance, held: await roleOfInstance(reader, instance) }
}

async function* allInstances(reader: StoreReader): AsyncGenerator<Instance> {
  for (let account: string | undefined; ;) {
    const accounts = await reader.accounts({ after: account, limit: pageSize })
    for (const { accountId } of accounts) {
      for (let after: string | undefined; ;) {
        const page = await reader.list('instance', accountId, { after, limit: pageSize })
        yield* page
        if (page.length < pageSize) break
        after = page.at(-1)?.name
      }
    }
    if (accounts.length < pageSize) return
    account = accounts.at(-1)?.accountId
  }
}
