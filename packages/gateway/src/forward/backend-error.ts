/**
 * Where an exchange with a backend broke: before there was a connection; on a kept connection that
 * the other end had closed; at the gate's own key; anywhere else.
 */
export type BackendFailure = 'connect' | 'closed' | 'key' | 'broken'

/** The backend could not be reached, or broke off. It is no bug of ours, and the log says so. */
export class BackendError extends Error {
  override readonly name = 'BackendError'
  readonly failure: BackendFailure

  constructor(message: string, failure: BackendFailure, cause?: unknown) {
    super(message, { cause })
    this.failure = failure
  }
}
