import type { Change } from '../port.ts'
import { StoreUnavailableError } from '../errors.ts'
import { LentConnection } from '../sql/connection.ts'
import type { SqlConnection } from '../sql/connection.ts'
import type { SqliteConnection } from './connection.ts'
import { asStoreFailure } from './failure.ts'

/** A batch ends at the first of these: nobody waits long for the writes of others. */
const batchJobsMax = 256
const batchMillisecondsMax = 10

/** Work that awaits something else than the store holds up everyone; then it is refused. */
const jobMillisecondsMax = 5_000

export interface JobResult<T> {
  readonly value: T
  readonly changes: readonly Change[]
}

interface Job {
  readonly work: (connection: SqlConnection) => Promise<JobResult<unknown>>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

type Done = { readonly job: Job } & (
  { readonly result: JobResult<unknown> } | { readonly error: unknown }
)

/**
 * Runs writes one after the other on the one connection that writes. Those that wait together
 * share a transaction, and so one sync of the disk; each is a savepoint in it, atomic alone.
 * All are answered after the commit, even those that failed: they may have failed because of
 * what another of the batch had written.
 */
export class GroupCommit {
  readonly #connection: SqliteConnection
  readonly #beforeCommit: () => void
  readonly #onCommit: (changes: readonly Change[]) => void
  readonly #queue: Job[] = []
  #running = false
  #closed = false
  #onIdle: (() => void) | undefined

  constructor(
    connection: SqliteConnection,
    beforeCommit: () => void,
    onCommit: (changes: readonly Change[]) => void,
  ) {
    this.#connection = connection
    this.#beforeCommit = beforeCommit
    this.#onCommit = onCommit
  }

  submit<T>(work: (connection: SqlConnection) => Promise<JobResult<T>>): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailableError('The store is closed.'))
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as Job['resolve'], reject })
      if (this.#running) return
      this.#running = true
      this.#schedule()
    })
  }

  /** Lets what is queued finish, refuses more, and closes the connection. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#running) await new Promise<void>((resolve) => (this.#onIdle = resolve))
    this.#connection.database.close()
  }

  /** After the input of this turn of the event loop, so that writes arriving together batch. */
  #schedule(): void {
    setImmediate(() => void this.#runBatch())
  }

  async #runBatch(): Promise<void> {
    const done: Done[] = []
    let failure: unknown
    try {
      await this.#commitBatch(done)
    } catch (error) {
      failure = asStoreFailure(error, this.#connection.database.name)
      if (this.#connection.database.inTransaction) this.#connection.control('rollback')
    }
    if (failure === undefined) {
      for (const each of done) if ('result' in each) this.#announce(each.result.changes)
    }
    for (const each of done) {
      if (failure !== undefined) each.job.reject(failure)
      else if ('result' in each) each.job.resolve(each.result.value)
      else each.job.reject(each.error)
    }
    if (this.#queue.length > 0) return this.#schedule()
    this.#running = false
    this.#onIdle?.()
  }

  /** Adds every job it takes from the queue to `done`, whatever happens. */
  async #commitBatch(done: Done[]): Promise<void> {
    const end = performance.now() + batchMillisecondsMax
    let beginFailure: { readonly error: unknown } | undefined
    try {
      this.#connection.control('begin immediate')
    } catch (error) {
      beginFailure = { error }
    }
    do {
      const job = this.#queue.shift()
      if (!job) break
      if (beginFailure) {
        done.push({ job, error: beginFailure.error })
        continue
      }
      done.push(await this.#runJob(job))
      // A full disk may end the transaction, and with it all that the batch has done.
      if (!this.#connection.database.inTransaction) {
        const last = done.at(-1)
        throw last && 'error' in last ? last.error : new Error('the transaction has vanished')
      }
    } while (done.length < batchJobsMax && performance.now() < end)
    if (beginFailure) throw beginFailure.error
    this.#beforeCommit()
    this.#connection.control('commit')
  }

  async #runJob(job: Job): Promise<Done> {
    const lent = new LentConnection(this.#connection)
    try {
      this.#connection.control('savepoint job')
      const result = await beforeDeadline(job.work(lent))
      lent.end()
      this.#connection.control('release job')
      return { job, result }
    } catch (error) {
      lent.end()
      this.#rollBackJob()
      return { job, error: asStoreFailure(error, this.#connection.database.name) }
    }
  }

  /** Where not even this works, the transaction goes, and `#commitBatch` refuses all of it. */
  #rollBackJob(): void {
    try {
      if (!this.#connection.database.inTransaction) return
      this.#connection.control('rollback to job')
      this.#connection.control('release job')
    } catch {
      if (this.#connection.database.inTransaction) this.#connection.control('rollback')
    }
  }

  #announce(changes: readonly Change[]): void {
    if (changes.length > 0) this.#onCommit(changes)
  }
}

function beforeDeadline<T>(work: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('a write awaited something else than its transaction, and was rolled back'))
    }, jobMillisecondsMax)
    void work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
