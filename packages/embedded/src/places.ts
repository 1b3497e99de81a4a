import { placeOf, type Place } from './known-caller.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** Accounts times regions that one process answers for. Chosen by us: each holds memory. */
export const placeCountMax = 256

/** What is opened for an account in a region, when it is first asked for. */
export class Places<T> {
  readonly #opened = new Map<string, Promise<T>>()
  readonly #open: (place: Place) => Promise<T>

  constructor(open: (place: Place) => Promise<T>) {
    this.#open = open
  }

  /** Undefined where the request tells no place, or there are too many. */
  of(request: IncomingMessage): Promise<T> | undefined {
    const place = placeOf(request)
    return place && this.at(place)
  }

  /** Undefined where there are too many. */
  at(place: Place): Promise<T> | undefined {
    const name = `${place.accountId}/${place.region}`
    const opened = this.#opened.get(name)
    if (opened !== undefined) return opened
    if (this.#opened.size >= placeCountMax) return undefined
    const opening = this.#open(place)
    this.#opened.set(name, opening)
    opening.catch(() => this.#opened.delete(name))
    return opening
  }

  async closeAll(close: (opened: T) => Promise<void>): Promise<void> {
    for (const opening of this.#opened.values()) await close(await opening)
  }
}

/** Hands a request to what is opened for its place. */
export function dispatch<T>(
  places: Places<T>,
  request: IncomingMessage,
  response: ServerResponse,
  answer: (opened: T) => void | Promise<void>,
): void {
  const opening = places.of(request)
  const fail = (cause: unknown) => {
    process.stderr.write(`${String(cause)}\n`)
    if (!response.headersSent) response.writeHead(500)
    response.end()
  }
  if (opening === undefined) fail(new Error('no account and region, or too many of them'))
  else opening.then(answer).catch(fail)
}
