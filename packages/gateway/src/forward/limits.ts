/** How long a backend may take to accept a connection. Chosen by us. */
export const connectTimeoutMs = 5_000
/** How long nothing may move in either direction. Chosen by us; long polls take 20 s. */
export const stallTimeoutMs = 120_000
/** The same for Lambda, whose functions may run for 15 minutes. */
export const functionStallTimeoutMs = 910_000
/** How long an idle connection to a backend is kept: less than servers' usual 5 s. */
export const idleTimeoutMs = 4_000
/** Connections to one backend at a time. Chosen by us. */
export const connectionCountMax = 1024
/** Bytes of an answer in which addresses are replaced. Chosen by us; a page holds 1,000 of them. */
export const rewrittenBytesMax = 1_000_000
/** The same where accounts' ids are: ten messages of the largest size, escaped. Chosen by us. */
export const renamedBytesMax = 16_777_216
