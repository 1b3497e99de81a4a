import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Ask, Item } from './ask.ts'

/** An item as it was before a transaction; absent: there was none. */
export interface Before {
  readonly TableName: string
  readonly Key: Item
  readonly Item?: Item
}

/** What is noted before a transaction writes, so that its successor can undo what a killed process left. */
export class UndoLog {
  readonly #path: string | undefined

  /** @param path Absent: what is written is gone with the process anyhow. */
  constructor(path: string | undefined) {
    this.#path = path
  }

  begin(items: readonly Before[]): void {
    if (this.#path === undefined) return
    writeFileSync(`${this.#path}.new`, JSON.stringify(items), { mode: 0o600 })
    renameSync(`${this.#path}.new`, this.#path)
  }

  end(): void {
    if (this.#path !== undefined) rmSync(this.#path, { force: true })
  }

  /** Undoes what was begun and has not ended. */
  async recover(ask: Ask): Promise<void> {
    if (this.#path === undefined || !existsSync(this.#path)) return
    await restore(JSON.parse(readFileSync(this.#path, 'utf8')) as Before[], ask)
    this.end()
  }
}

/** Errors: rejects where an item cannot be put back. */
export async function restore(items: readonly Before[], ask: Ask): Promise<void> {
  for (const { TableName, Key, Item } of items) {
    const { status, body } = await (Item === undefined
      ? ask('DeleteItem', { TableName, Key })
      : ask('PutItem', { TableName, Item }))
    if (status !== 200) throw new Error(`an item cannot be put back: ${JSON.stringify(body)}`)
  }
}
