import { StoreFullError, StoreOpenError, StoreUnavailableError } from '../errors.ts'

/** A code of the system (`ECONNREFUSED`) or an SQLSTATE (PostgreSQL manual, appendix A). */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Host, port and database of a URL: never its user or password. */
export function placeOf(url: string): string {
  const parsed = URL.parse(url)
  if (!parsed) return 'PostgreSQL'
  const host = parsed.searchParams.get('host') ?? decodeURIComponent(parsed.host)
  return `PostgreSQL at ${host}${parsed.pathname}`
}

/** What `openPostgresStore` throws. */
export function asOpenFailure(error: unknown, url: string): unknown {
  if (error instanceof StoreOpenError) return error
  const code = codeOf(error)
  const place = placeOf(url)
  if (/^28/.test(code)) {
    return new StoreOpenError(
      'unreachable',
      `${place} refuses the login (${code}): check the user and password in --database.`,
      error,
    )
  }
  if (code === '3D000') {
    const message = `${place} does not exist: create it (createdb), with encoding UTF8.`
    return new StoreOpenError('unreachable', message, error)
  }
  if (code === '42501') {
    const message = `${place} does not let this user create tables: grant it CREATE on the schema.`
    return new StoreOpenError('notWritable', message, error)
  }
  return new StoreOpenError(
    'unreachable',
    `${place} cannot be used (${code || messageOf(error)}): start it, or check --database.`,
    error,
  )
}

/** Whether the same work may succeed when it is run again: a deadlock, a conflict. */
export function mayRetry(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error))
}

/** What `write` and `read` throw for a failure of the server; anything else stays what it is. */
export function asStoreFailure(error: unknown, url: string): unknown {
  const code = codeOf(error)
  const place = placeOf(url)
  if (code === '53100') {
    const message = `There is no space left for ${place}: free some; the write was refused.`
    return new StoreFullError(message, error)
  }
  const lost =
    /^(08|53|57P|58|25006|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENOENT)/.test(
      code,
    ) || /^(Connection terminated|timeout exceeded when trying to connect)/.test(messageOf(error))
  if (!lost) return error
  return new StoreUnavailableError(`${place} cannot be used now (${code || 'lost'}).`, error)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
