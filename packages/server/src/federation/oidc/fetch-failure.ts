/**
 * Why a document of an identity provider could not be had.
 *
 * - unreachable: it does not answer, or says that it cannot; to be tried again.
 * - unacceptable: it answers something else than was asked for, or from where we do not ask.
 * - untrusted: nobody vouches for its certificate.
 */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure'
  readonly kind: 'unreachable' | 'unacceptable' | 'untrusted'

  constructor(kind: FetchFailure['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}
