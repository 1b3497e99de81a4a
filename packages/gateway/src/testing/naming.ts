import { loadModel, type ForwardedService, type OperationInput } from '@bailiwick/wire'
import { heardAnswer, namingFor, toldInput, type NamedCall } from '../forward/account-names.ts'
import type { BackendAccounts } from '../forward/accounts.ts'

/** The account whose names a backend has as they are, another one, and the backend's own id. */
export const own = '111122223333'
export const other = '222233334444'
export const zeros = '000000000000'
const accounts: BackendAccounts = { account: own, id: zeros }

export function naming(
  service: ForwardedService,
  operation: string,
  account: string,
  more: Partial<NamedCall> = {},
  known = accounts,
) {
  const call = { service, operation, partition: 'aws', region: 'us-east-1', account }
  const found = namingFor({ ...call, caller: account, isShared: false, ...more }, known)
  if (found === undefined) throw new Error('nothing is named otherwise')
  return found
}

export function told(
  service: ForwardedService,
  operation: string,
  input: OperationInput,
  account = other,
  more: Partial<NamedCall> = {},
  known = accounts,
): OperationInput {
  const model = loadModel(service)
  const about = model.operations.get(operation)
  if (about === undefined) throw new Error(`no ${operation}`)
  return toldInput(input, model, about, naming(service, operation, account, more, known))
}

export function heard(
  service: ForwardedService,
  operation: string,
  body: string,
  account = other,
  status = 200,
): string {
  const type = body.startsWith('<') ? 'text/xml' : 'application/json'
  const answer = { status, headers: { 'content-type': type }, body: Buffer.from(body) }
  return Buffer.from(heardAnswer(answer, naming(service, operation, account)).body).toString()
}

export const arn = (service: string, account: string, resource: string) =>
  `arn:aws:${service}:us-east-1:${account}:${resource}`
export const mine = (service: string, resource: string) => arn(service, other, resource)
export const theirs = (service: string, resource: string) => arn(service, zeros, resource)
export const url = (account: string, name: string) => `http://127.0.0.1:4566/${account}/${name}`
