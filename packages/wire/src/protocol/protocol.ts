import type { HttpAnswer, HttpRequest } from '../http.ts'
import type { OperationModel, ServiceModel } from '../model.ts'

/**
 * A refusal as the wire carries it. `code` is one of the model's, or a `FrameworkErrorCode` in the
 * Query spelling, which each protocol turns into its own.
 */
export interface WireError {
  readonly code: string
  /** Absent: the answer has no message (MalformedInput). */
  readonly message?: string
  /** Further members of the error's shape, such as `Reason`. */
  readonly members?: Readonly<Record<string, unknown>>
}

export type Result<T> =
  ({ readonly ok: true } & T) | { readonly ok: false; readonly error: WireError }

/** The members of an input as the model names them, checked against all the model says. */
export type OperationInput = Readonly<Record<string, unknown>>

/** A request decoded as far as naming its operation goes. */
export interface OpenedCall {
  /** `Action`, or what follows the target's prefix; absent where the request names none. */
  readonly operationName?: string
  /** `Version` of a Query request. */
  readonly version?: string
  /** The prefix of `X-Amz-Target`, before the last dot. */
  readonly target?: string
  /**
   * The operation's input. The caller has looked the operation up in the model.
   * Errors: ValidationError and its like, MalformedInput, SerializationException.
   */
  readonly readInput: (
    model: ServiceModel,
    operation: OperationModel,
  ) => Result<{ readonly input: OperationInput }>
}

/** One of AWS's protocols, server side: bytes ↔ typed input, output and error. */
export interface Protocol {
  readonly name: string
  /**
   * Decodes a request as far as its operation's name. Total: bytes never make it throw. The REST
   * protocols need the model, whose paths name the operations.
   */
  readonly open: (
    request: HttpRequest,
    model?: ServiceModel,
  ) => Result<{ readonly call: OpenedCall }>
  /** `open` and `readInput` at once, for who knows the operation already. */
  readonly readInput: (
    model: ServiceModel,
    operation: OperationModel,
    request: HttpRequest,
  ) => Result<{ readonly input: OperationInput }>
  /**
   * The answer to a call that went well. Members that the model does not know, and those that are
   * undefined, are left out.
   * Errors: throws a TypeError where `output` contradicts the model: a bug of the handler.
   */
  readonly writeOutput: (
    model: ServiceModel,
    operation: OperationModel,
    output: unknown,
    requestId: string,
  ) => HttpAnswer
  /** The answer to a call that went wrong. `model` is absent where no service was recognised. */
  readonly writeError: (
    model: ServiceModel | undefined,
    error: WireError,
    requestId: string,
  ) => HttpAnswer
}
