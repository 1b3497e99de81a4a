import { readErrorCode, readOutput, writeRequest } from '@bailiwick/wire'
import type { OperationInput, ReceivedAnswer, ServiceModel } from '@bailiwick/wire'
import type { Ask, Asked } from '../registry/kept.ts'
import { changedBody, withChangedIds, type IdChange } from './account-ids.ts'
import { wholeAnswer } from './answer.ts'
import type { Backend } from './backend.ts'
import { renamedBytesMax } from './limits.ts'

/** Whom a question is for, and in whose region. */
export interface Question {
  readonly model: ServiceModel
  readonly backend: Backend
  readonly region: string
  /** Whose resources it is about. */
  readonly account?: string
  /** The backend's own account id in the place of that one. */
  readonly ids?: IdChange
  readonly now: Date
}

/**
 * Asks a backend as the gate itself, under its own key, in the service's first protocol.
 * Errors: a BackendError where it cannot be reached, or answers what cannot be read.
 */
export function asking(question: Question): Ask {
  return (operation, input) => ask(question, operation, input)
}

async function ask(
  { model, backend, region, account, ids, now }: Question,
  name: string,
  input: OperationInput,
): Promise<Asked> {
  const operation = model.operations.get(name)
  if (operation === undefined) throw new Error(`${model.service} has no ${name}`)
  const { protocol } = model
  const known = ids === undefined ? input : withChangedIds(input, model, ids)
  const written = writeRequest(model, operation, protocol, known)
  const owner = account !== undefined && { account }
  const request = { ...written, service: model.signingName, region, ...owner, now }
  const received = await wholeAnswer(await backend.send(request), renamedBytesMax)
  const answer = ids === undefined ? received : withOwnIds(received, ids)
  const { status } = answer
  if (status >= 300) {
    const code = readErrorCode(protocol, answer)
    return { ok: false, status, ...(code !== undefined && { code }) }
  }
  const output = readOutput(operation, protocol, answer)
  return output === undefined ? { ok: false, status } : { ok: true, output }
}

function withOwnIds(answer: ReceivedAnswer, { from, to }: IdChange): ReceivedAnswer {
  const type = answer.headers['content-type'] ?? ''
  return { ...answer, body: changedBody(Buffer.from(answer.body), type, { from: to, to: from }) }
}
