/**
 * A child process that writes users, one after the other in each of some clients, and acknowledges
 * each on a descriptor once `write` has answered. Killed by its parent, or ends after `count`.
 *
 * Arguments: file, synchronous, clients, count, prefix of the names, descriptor.
 */
import { writeSync } from 'node:fs'
import { account, accountId, context, user } from '../../conformance/fixtures.ts'
import { openSqliteStore } from '../open.ts'

const [file = '', synchronous, clients, count, prefix, descriptor] = process.argv.slice(2)

const store = await openSqliteStore({ file, synchronous: synchronous === 'off' ? 'off' : 'full' })
await store.write(context, (tx) => tx.insertAccount(account(accountId)))
writeSync(Number(descriptor), 'ready\n')

let next = 0
async function writeUsers(): Promise<void> {
  while (next < Number(count)) {
    const name = `${prefix}-${next++}`
    await store.write(context, (tx) => tx.insert(user(name), Buffer.from(name)))
    writeSync(Number(descriptor), `${name}\n`)
  }
}
await Promise.all(Array.from({ length: Number(clients) }, writeUsers))
await store.close()
