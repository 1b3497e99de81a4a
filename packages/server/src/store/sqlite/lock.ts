import Database from 'better-sqlite3'
import { codeOf, lockedError } from './failure.ts'

/**
 * Holds the database for this process alone: a second server on the same file would serve from
 * memory what the first has changed.
 *
 * The lock is SQLite's own, on an empty file beside the database. The system drops it with the
 * process, however that ends, so that a killed server needs no repair. It also holds against a
 * second store in this very process, which a bare `fcntl` lock would not.
 *
 * @throws StoreOpenError `locked`; or the error of the system where the file cannot be made.
 */
export function lockDatabase(file: string): { release(): void } {
  const lock = new Database(`${file}.lock`, { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    throw codeOf(error).startsWith('SQLITE_BUSY') ? lockedError(file, error) : error
  }
  return { release: () => lock.close() }
}
