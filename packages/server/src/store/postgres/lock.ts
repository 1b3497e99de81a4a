import type { Client } from 'pg'
import { StoreOpenError } from '../errors.ts'
import { placeOf } from './failure.ts'

/** Ours among the advisory locks of a database: the bytes of `bailiwik`. */
const lockKey = '7089062303440136555'

/**
 * Holds the database for this node, on a session of its own: the lock goes with the session.
 * One node at a time, until nodes follow each other's log of changes.
 *
 * @param client Connected, and used for nothing else.
 * @throws StoreOpenError `locked`.
 */
export async function lockDatabase(client: Client, url: string): Promise<void> {
  const { rows } = await client.query('select pg_try_advisory_lock($1) as locked', [lockKey])
  if (rows[0]?.locked === true) return
  throw new StoreOpenError(
    'locked',
    `${placeOf(url)} is in use by another node: stop that one; one node at a time can serve a database.`,
  )
}
