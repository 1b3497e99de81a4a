import { mkdir, open, readdir, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

/** A file of events ends at this size, or with its day (UTC). */
export const eventFileBytesMax = 64 * 1024 * 1024
/** Days that are kept, as in CloudTrail's event history. */
export const eventRetentionDays = 90
/** Files that are kept, whatever their days: bounds the folder at about 12 GiB. */
export const eventFilesMax = 200

export interface EventFileLimits {
  readonly fileBytesMax: number
  readonly retentionDays: number
  readonly filesMax: number
}

export const eventFileDefaults: EventFileLimits = {
  fileBytesMax: eventFileBytesMax,
  retentionDays: eventRetentionDays,
  filesMax: eventFilesMax,
}

/**
 * Where events are appended: `YYYY-MM-DD.NNNN.jsonl`, one JSON object a line. A file that a crash
 * left behind is not continued: its last line may be half.
 */
export class EventFiles {
  readonly #folder: string
  readonly #limits: EventFileLimits
  #file: FileHandle | undefined
  #day = ''
  #bytes = 0

  constructor(folder: string, limits: EventFileLimits = eventFileDefaults) {
    this.#folder = folder
    this.#limits = limits
  }

  /**
   * @param lines Whole lines, each with its newline.
   * @throws what the file system throws; the lines may then be written in part.
   */
  async append(lines: string, now: Date): Promise<void> {
    const day = now.toISOString().slice(0, 10)
    if (!this.#file || day !== this.#day || this.#bytes >= this.#limits.fileBytesMax) {
      await this.#rotate(day, now)
    }
    const bytes = Buffer.from(lines)
    await (this.#file as FileHandle).appendFile(bytes)
    this.#bytes += bytes.length
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    if (!file) return
    await file.datasync()
    await file.close()
  }

  async #rotate(day: string, now: Date): Promise<void> {
    await this.close()
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const names = await this.#names()
    const last = names.findLast((name) => name.startsWith(day))
    const number = last === undefined ? 0 : Number(last.slice(11, 15)) + 1
    const name = `${day}.${String(number).padStart(4, '0')}.jsonl`
    this.#file = await open(join(this.#folder, name), 'ax', 0o600)
    this.#day = day
    this.#bytes = 0
    await this.#expire([...names, name], now)
  }

  async #expire(names: readonly string[], now: Date): Promise<void> {
    const oldest = new Date(now.getTime() - this.#limits.retentionDays * 86_400_000)
    const oldestDay = oldest.toISOString().slice(0, 10)
    const excess = names.length - this.#limits.filesMax
    const expired = names.filter((name, i) => i < excess || name.slice(0, 10) < oldestDay)
    await Promise.all(expired.map((name) => unlink(join(this.#folder, name))))
  }

  /** Oldest first. */
  async #names(): Promise<string[]> {
    const names = await readdir(this.#folder)
    return names.filter((name) => /^\d{4}-\d\d-\d\d\.\d{4}\.jsonl$/.test(name)).sort()
  }
}
