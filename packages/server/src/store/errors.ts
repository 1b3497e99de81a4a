/**
 * What can go wrong with storage and is nobody's bug. Each message is one line that says what to
 * do, and holds no secret: a database's password is never in it.
 */

/** The store cannot be opened; nothing was changed. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError'
  readonly reason: StoreOpenReason

  constructor(reason: StoreOpenReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}

export type StoreOpenReason =
  'notWritable' | 'locked' | 'newerVersion' | 'damaged' | 'full' | 'unreachable' | 'unsuitable'

/** There is no space left: this write was refused and left nothing; later ones may succeed. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
  }
}

/** The store cannot serve now: closed, its disk or its database fails, its lock is lost. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
  }
}
