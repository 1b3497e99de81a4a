import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Bytes of bodies between two collections. Chosen by us, as measured: less costs time, more memory. */
const bytesBetween = 2 * 1024 * 1024

type MinorCollection = (options: { readonly type: 'minor' }) => void

let collect: MinorCollection | undefined
let bytesSince = 0

/**
 * Told of each piece of a body that has been handed on. V8 sees 64 KiB of a body as an object of a few
 * words: left to itself it lets 64 MB of them pile up before it looks which are still in use.
 */
export function spent(byteCount: number): void {
  bytesSince += byteCount
  if (bytesSince < bytesBetween) return
  bytesSince = 0
  collect ??= openCollection()
  collect({ type: 'minor' })
}

/** `gc`, without a flag at the start of the process. */
function openCollection(): MinorCollection {
  setFlagsFromString('--expose-gc')
  const found = runInNewContext('gc') as MinorCollection
  setFlagsFromString('--no-expose-gc')
  return found
}
