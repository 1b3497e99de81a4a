/**
 * A refusal of the gate's own that the caller is meant to see. Operations throw errors of their
 * own, named `ApiError`; both have a wire code and a message that goes over the wire as it is.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** As on the wire: `AccessDenied`, `SignatureDoesNotMatch`. */
  readonly code: string
  /** Only where the model does not know the code. */
  readonly status: number | undefined

  constructor(code: string, message: string, status?: number) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** What both kinds of refusal have in common. */
export interface RefusalLike extends Error {
  readonly code: string
  readonly status?: number | undefined
}

/** Whether a thrown value is a refusal; whatever is not, is a bug and tells the caller nothing. */
export function isRefusal(thrown: unknown): thrown is RefusalLike {
  if (!(thrown instanceof Error)) return false
  if (thrown.name !== 'ApiError' && thrown.name !== 'Refusal') return false
  return 'code' in thrown && typeof thrown.code === 'string' && thrown.code !== ''
}
