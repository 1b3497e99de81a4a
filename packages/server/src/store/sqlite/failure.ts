import { StoreFullError, StoreOpenError, StoreUnavailableError } from '../errors.ts'

/** SQLite's result code, as better-sqlite3 names it, or the system's error code. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** ENOSPC while the file grows is SQLITE_FULL; while the index of the log grows, the second. */
function isFull(code: string): boolean {
  return code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE' || code === 'ENOSPC'
}

/** What `write` and `read` throw for a failure of the disk; anything else stays what it is. */
export function asStoreFailure(error: unknown, file: string): unknown {
  const code = codeOf(error)
  if (isFull(code)) {
    return new StoreFullError(
      `There is no space left for ${file}: free some on its disk; the write was refused, nothing was lost.`,
      error,
    )
  }
  if (isDamage(code)) {
    return new StoreUnavailableError(`${damagedMessage(file)} (${code})`, error)
  }
  if (/^SQLITE_(IOERR|BUSY|LOCKED|READONLY|CANTOPEN|PROTOCOL)/.test(code)) {
    return new StoreUnavailableError(
      `The database ${file} cannot be used now (${code}): see to its disk, and to other programs that have it open.`,
      error,
    )
  }
  return error
}

/** What `openSqliteStore` throws. */
export function asOpenFailure(error: unknown, file: string): unknown {
  if (error instanceof StoreOpenError) return error
  const code = codeOf(error)
  if (isFull(code)) {
    return new StoreOpenError('full', `There is no space left for ${file}: free some.`, error)
  }
  if (isDamage(code)) return new StoreOpenError('damaged', damagedMessage(file), error)
  if (
    /^(EACCES|EPERM|EROFS|ENOENT|ENOTDIR|EEXIST|EISDIR|SQLITE_CANTOPEN|SQLITE_READONLY|SQLITE_IOERR)/.test(
      code,
    )
  ) {
    return new StoreOpenError(
      'notWritable',
      `The database ${file} cannot be written (${code}): give this user write permission on its folder, or choose another with --data.`,
      error,
    )
  }
  if (code.startsWith('SQLITE_BUSY')) return lockedError(file, error)
  return error
}

export function lockedError(file: string, cause?: unknown): StoreOpenError {
  return new StoreOpenError(
    'locked',
    `The database ${file} is in use by another process: stop that one, or choose another folder with --data.`,
    cause,
  )
}

function isDamage(code: string): boolean {
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB'
}

export function damagedMessage(file: string): string {
  return `The database ${file} is damaged: move it away and restore a backup.`
}
