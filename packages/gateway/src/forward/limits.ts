/** What a backend gets before it is given up. All chosen by us. */
export interface BackendLimits {
  /** How long it may take to accept a connection, TLS included. Milliseconds. */
  readonly connectMs: number
  /** How long nothing may move in either direction; long polls take 20 s. Milliseconds. */
  readonly stallMs: number
  /** The same for Lambda, whose functions may run for 15 minutes. Milliseconds. */
  readonly functionStallMs: number
  /** How long an idle connection is kept: less than servers' usual 5 s. Milliseconds. */
  readonly idleMs: number
  /** Connections at a time; what goes beyond is refused at once. */
  readonly connectionCount: number
  /** Connections that fail in a row before it counts as unreachable. */
  readonly failureCount: number
  /** How long it is then left alone until one request tries again. Milliseconds. */
  readonly openMs: number
}

export const backendLimits: BackendLimits = {
  connectMs: 5_000,
  stallMs: 120_000,
  functionStallMs: 910_000,
  idleMs: 4_000,
  connectionCount: 2_048,
  failureCount: 5,
  openMs: 2_000,
}

/** Bytes of an answer in which addresses are replaced. Chosen by us; a page holds 1,000 of them. */
export const rewrittenBytesMax = 1_000_000
/** The same where accounts' ids are: ten messages of the largest size, escaped. Chosen by us. */
export const renamedBytesMax = 16_777_216
