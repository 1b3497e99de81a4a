import { pino, type DestinationStream, type Logger } from 'pino'
import { prettyLine } from './pretty-log.ts'

export type { Logger } from 'pino'

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly format: 'json' | 'pretty'
  readonly to: 'stdout' | 'stderr'
}

/** Lines collected before they are written: one write for many requests under load. */
const bufferBytes = 64 * 1024
const flushIntervalMs = 100

/** A logger, and how to get its last lines out before the process ends. */
export interface OpenLog {
  readonly log: Logger
  flush(): void
}

export function openLog({ level, format, to }: LogOptions): OpenLog {
  const fd = to === 'stdout' ? 1 : 2
  const settings = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
  }
  if (format === 'pretty') {
    const stream = to === 'stdout' ? process.stdout : process.stderr
    const pretty: DestinationStream = { write: (line) => stream.write(prettyLine(line)) }
    return { log: pino(settings, pretty), flush: () => undefined }
  }
  const destination = pino.destination({
    fd,
    sync: false,
    minLength: bufferBytes,
    maxWrite: 2 * bufferBytes, // It has to be more than what is collected.
  })
  const timer = setInterval(() => {
    destination.flush()
  }, flushIntervalMs)
  timer.unref()
  return {
    log: pino(settings, destination),
    flush: () => {
      clearInterval(timer)
      destination.flushSync()
    },
  }
}
