import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A file that has come whole, and is not yet anybody's. */
export interface NewBlob {
  readonly file: string
  readonly size: number
  /** Of its bytes, in hexadecimal digits. */
  readonly md5: string
}

/**
 * The bytes of objects, each in a file of its own that never changes. The names are drawn: nothing
 * that a caller says is in a path.
 */
export class Blobs {
  readonly #folder: string
  readonly #incoming: string
  /** Tells this process's files from those that another left behind. */
  readonly #run = randomUUID().slice(0, 8)
  /** Readers of a file; it stays as long as there are any. */
  readonly #readers = new Map<string, number>()
  readonly #doomed = new Set<string>()

  constructor(folder: string) {
    this.#folder = join(folder, 'objects')
    this.#incoming = join(folder, 'incoming')
    // Whatever was on its way when the last process ended is nobody's.
    rmSync(this.#incoming, { recursive: true, force: true })
    for (const each of [this.#folder, this.#incoming]) {
      mkdirSync(each, { recursive: true, mode: 0o700 })
    }
  }

  /**
   * Durable when it returns. The sources are taken one after the other, each when it is needed.
   * Errors: rejects where a stream breaks off; nothing is left then.
   */
  async write(sources: Iterable<Readable>): Promise<NewBlob> {
    const name = `${randomUUID()}.${this.#run}`
    const incoming = join(this.#incoming, name)
    const md5 = createHash('md5')
    let size = 0
    const seen = (chunk: Buffer) => {
      md5.update(chunk)
      size += chunk.length
    }
    try {
      await pipeline(joined(sources, seen), createWriteStream(incoming, { mode: 0o600 }))
      await synced(incoming)
      const file = await this.#keep(incoming, name)
      return { file, size, md5: md5.digest('hex') }
    } catch (cause) {
      await rm(incoming, { force: true })
      throw cause
    }
  }

  async #keep(incoming: string, name: string): Promise<string> {
    const shelf = name.slice(0, 2)
    const made = mkdirSync(join(this.#folder, shelf), { recursive: true, mode: 0o700 })
    await rename(incoming, join(this.#folder, shelf, name))
    await synced(join(this.#folder, shelf))
    if (made !== undefined) await synced(this.#folder)
    return join(shelf, name)
  }

  /**
   * The file stays until the stream is closed, whoever removes it.
   *
   * @param range First and last byte, both included.
   */
  read(file: string, range?: readonly [first: number, last: number]): Readable {
    const release = this.hold([file])
    const path = join(this.#folder, file)
    const within = range && { start: range[0], end: range[1] }
    return createReadStream(path, within).once('close', release)
  }

  /** Keeps files that somebody is about to read. @returns What lets them go. */
  hold(files: readonly string[]): () => void {
    for (const file of files) this.#readers.set(file, (this.#readers.get(file) ?? 0) + 1)
    return () => {
      for (const file of files) {
        const left = (this.#readers.get(file) ?? 0) - 1
        if (left > 0) this.#readers.set(file, left)
        else this.#readers.delete(file)
        if (left <= 0 && this.#doomed.delete(file)) this.remove([file])
      }
    }
  }

  remove(files: readonly (string | null)[]): void {
    for (const file of files) {
      if (file === null) continue
      if (this.#readers.has(file)) this.#doomed.add(file)
      else rmSync(join(this.#folder, file), { force: true })
    }
  }

  /** Removes what another process left behind, between a file and its row, when it was killed. */
  async sweep(isKept: (file: string) => boolean): Promise<void> {
    for (const shelf of await readdir(this.#folder)) {
      const names = await readdir(join(this.#folder, shelf))
      const files = names
        .filter((name) => !name.endsWith(this.#run))
        .map((name) => join(shelf, name))
      this.remove(files.filter((file) => !isKept(file)))
    }
  }
}

async function* joined(sources: Iterable<Readable>, seen: (chunk: Buffer) => void) {
  for (const source of sources) {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      seen(chunk)
      yield chunk
    }
  }
}

/** A file, or the entries of a folder. */
async function synced(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
