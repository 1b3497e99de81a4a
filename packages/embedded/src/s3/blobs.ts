import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** A file that has come whole, and is not yet anybody's. */
export interface NewBlob {
  readonly file: string
  readonly size: number
  /** Of its bytes, in hexadecimal digits. */
  readonly md5: string
}

/** The bytes of objects, each in a file of its own that never changes. */
export class Blobs {
  readonly #folder: string
  readonly #incoming: string

  constructor(folder: string) {
    this.#folder = join(folder, 'objects')
    this.#incoming = join(folder, 'incoming')
    // Whatever was on its way when the last process ended is nobody's.
    rmSync(this.#incoming, { recursive: true, force: true })
    for (const each of [this.#folder, this.#incoming]) {
      mkdirSync(each, { recursive: true, mode: 0o700 })
    }
  }

  /** Durable when it returns. Errors: rejects where the stream breaks off; nothing is left then. */
  async write(sources: readonly Readable[]): Promise<NewBlob> {
    const name = randomUUID()
    const incoming = join(this.#incoming, name)
    const md5 = createHash('md5')
    let size = 0
    const measure = () =>
      new Transform({
        transform(chunk: Buffer, _encoding, done) {
          md5.update(chunk)
          size += chunk.length
          done(null, chunk)
        },
      })
    try {
      const target = createWriteStream(incoming, { mode: 0o600 })
      for (const source of sources) await pipeline(source, measure(), target, { end: false })
      await new Promise<void>((resolve, reject) => {
        target.once('error', reject)
        target.end(() => resolve())
      })
      await synced(incoming)
      const file = join(name.slice(0, 2), name)
      mkdirSync(join(this.#folder, name.slice(0, 2)), { recursive: true, mode: 0o700 })
      await rename(incoming, join(this.#folder, file))
      return { file, size, md5: md5.digest('hex') }
    } catch (cause) {
      await rm(incoming, { force: true })
      throw cause
    }
  }

  /** @param range First and last byte, both included. */
  read(file: string, range?: readonly [first: number, last: number]): Readable {
    const path = join(this.#folder, file)
    return range === undefined
      ? createReadStream(path)
      : createReadStream(path, { start: range[0], end: range[1] })
  }

  remove(files: readonly (string | null)[]): void {
    for (const file of files) if (file !== null) rmSync(join(this.#folder, file), { force: true })
  }
}

async function synced(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
