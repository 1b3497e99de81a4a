/**
 * What the listener takes before it knows who is speaking. Each is enforced, with a test at the
 * limit and one past it.
 */

/** Request line and headers together. Session tokens with 50 tags do not fit node's default of 16 KiB. */
export const headBytesMax = 64 * 1024
/** Number of header lines. Chosen by us; AWS's clients send about ten. */
export const headerCountMax = 200
/** The wire's own: beyond it, 413 with an empty body. */
export { bodyBytesMax } from '@bailiwick/wire'
/** From the first byte of a request to the end of its head. */
export const headTimeoutMs = 10_000
/** From the head of a request to its last byte, where it is no stream: a slow client gives up its connection. */
export const requestTimeoutMs = 60_000
/** How long nothing may move of an upload, or of an answer that the client is to read. Chosen by us. */
export const stallTimeoutMs = 60_000
/** How long an idle connection is kept; longer than the usual client's own 50 seconds. */
export const keepAliveTimeoutMs = 65_000
/** How long requests in flight may take once the server is told to stop. */
export const shutdownTimeoutMs = 10_000
