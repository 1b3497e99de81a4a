import { readErrorCode, readOutput, writeRequest } from '@bailiwick/wire'
import type { OperationInput, ServiceModel } from '@bailiwick/wire'
import type { Check, GateScope } from '../operation.ts'
import type { Ask, Asked } from '../registry/kept.ts'
import { heardAnswer, namingFor, toldInput, type Naming } from './account-names.ts'
import { wholeAnswer } from './answer.ts'
import type { Backend } from './backend.ts'
import { readyBuses } from './default-bus.ts'
import { ownerOf, type Forwarding, type OwnedForwarding } from './forwarding.ts'
import { renamedBytesMax } from './limits.ts'

/** Whom a question is for, and in whose region. */
export interface Question {
  readonly model: ServiceModel
  readonly backend: Backend
  readonly region: string
  /** Whose resources it is about. */
  readonly account?: string
  /** What the backend calls otherwise. */
  readonly naming?: Naming
  readonly now: Date
}

/**
 * Asks a backend as the gate itself, under its own key, in the service's first protocol.
 * Errors: a BackendError where it cannot be reached, or answers what cannot be read.
 */
function asking(question: Question): Ask {
  return (operation, input) => ask(question, operation, input)
}

/** Asks a backend about the resources of an account, where no call is at hand. */
export function askingAbout(
  model: ServiceModel,
  backend: Backend,
  about: {
    readonly accountId: string
    readonly partition: string
    readonly region: string
    readonly now: Date
  },
): Ask {
  const { accountId: account, partition, region, now } = about
  const { service } = model
  const call = { service, operation: '', partition, region, account, caller: account }
  const naming = namingFor({ ...call, isShared: false }, backend.accounts)
  return asking({ model, backend, account, region, now, ...(naming && { naming }) })
}

/** Asks the backend of a call, for the account that it is about. */
export function askingAs<Scope extends GateScope>(forwarding: OwnedForwarding<Scope>): Ask {
  const { recognised, backend, scope, account, naming } = forwarding
  const { region, now } = scope
  const question = { model: recognised.service.model, backend, region, now }
  return asking({
    ...question,
    ...(account !== undefined && { account }),
    ...(naming && { naming: { ...naming, caller: naming.account } }),
  })
}

/** The same before it is allowed: whose it is, is found out when there is something to ask. */
export function askingFor<Scope extends GateScope>(
  forwarding: Forwarding<Scope>,
  checks: readonly Check[],
): Ask {
  return (operation, input) =>
    askingAs({ ...forwarding, ...ownerOf(forwarding, checks) })(operation, input)
}

async function ask(
  { model, backend, region, account, naming: of, now }: Question,
  name: string,
  input: OperationInput,
): Promise<Asked> {
  const operation = model.operations.get(name)
  if (operation === undefined) throw new Error(`${model.service} has no ${name}`)
  const { protocol } = model
  const naming = of && { ...of, operation: name }
  const known = naming === undefined ? input : toldInput(input, model, operation, naming)
  if (naming !== undefined) await readyBuses(known, naming, { model, backend, now })
  const written = writeRequest(model, operation, protocol, known)
  const owner = account !== undefined && { account }
  const request = { ...written, service: model.signingName, protocol, region, ...owner, now }
  const received = await wholeAnswer(await backend.send(request), renamedBytesMax)
  const answer = naming === undefined ? received : heardAnswer(received, naming)
  const { status } = answer
  if (status >= 300) {
    const code = readErrorCode(protocol, answer)
    return { ok: false, status, ...(code !== undefined && { code }) }
  }
  const output = readOutput(operation, protocol, answer)
  return output === undefined ? { ok: false, status } : { ok: true, output }
}
