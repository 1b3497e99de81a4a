/**
 * The same names in several accounts, on a backend that knows one account only: what is another
 * account's than the backend's own is told to it as `222233334444--name`, and heard so (decision 26).
 * Where a backend takes another id for its own than the owner's, that stands here, too.
 */
import type { OperationInput, OperationModel, ReceivedAnswer, ServiceModel } from '@bailiwick/wire'
import { Refusal } from '../refusal.ts'
import type { BackendAccounts } from './accounts.ts'
import {
  namedService,
  nameStart,
  type NamedMember,
  type NamedService,
  type Told,
} from './named-members.ts'
import {
  isAnybodysData,
  mayName,
  renamedBody,
  renamedHeader,
  renamedInput,
  type Renaming,
} from './renaming.ts'

/** Whose names are said to a backend, and how it knows accounts. */
export interface Naming {
  /** By the prefix of its actions. */
  readonly service: string
  readonly operation: string
  readonly partition: string
  readonly region: string
  /** Whose resources the call is about. */
  readonly account: string
  /** Whose a name is that comes without an account: the caller's. */
  readonly caller: string
  /** The account whose names the backend has as they are; absent: it keeps all accounts apart itself. */
  readonly own?: string
  /** The id that it takes for its own, or for that of the account. */
  readonly id: string
  /** Whether the call is about resources of several accounts. */
  readonly isShared: boolean
}

/** What says whose names they are, of a call or of a question of the gate's own. */
export type NamedCall = Omit<Naming, 'own' | 'id' | 'account'> & {
  readonly account: string | undefined
}

/** Undefined where the backend is told, and tells, everything as it is. */
export function namingFor(call: NamedCall, accounts: BackendAccounts): Naming | undefined {
  const { account } = call
  if (account === undefined) return undefined
  const own = accounts.hint === undefined ? accounts.account : undefined
  const id = accounts.id ?? own ?? account
  const members = Object.values(namedService(call.service)?.members ?? {})
  const isNamed = own !== undefined || members.some(({ isNameAlone }) => isNameAlone)
  if (id === account && !isNamed) return undefined
  return { ...call, account, id, ...(own !== undefined && { own }) }
}

/** Whether the backend's answer is to be read for names and ids. */
export function isHeard({ service, operation, account, own, id, isShared }: Naming): boolean {
  if (own === undefined) return id !== account
  if (account !== own || id !== own || isShared) return true
  return namedService(service)?.tellsOfOthers?.test(operation) === true
}

function toldTo(naming: Naming): Renaming {
  const { account, id, own } = naming
  const members = membersOf(naming)
  const isOthers = own !== undefined && account !== own
  return {
    ...members,
    text(text, member) {
      const named = members.of(member)
      if (named && (own !== undefined || named.isNameAlone)) return toldMember(naming, named, text)
      if (isOthers && members.isAlone(member)) throw ofOneAccount(own, text)
      if (text === account) return id
      return withArns(withUrls(toldAlias(naming, text), naming, toldUrl), naming, toldArn)
    },
  }
}

/** An input as the backend is told it. @throws Refusal for what it cannot be told. */
export function toldInput(
  given: OperationInput,
  model: ServiceModel,
  operation: OperationModel,
  naming: Naming,
): OperationInput {
  if (!mayName(given, model)) return given
  const name: Told = (text, member) => {
    const named = membersOf(naming).of(member)
    return named === undefined ? text : toldMember(naming, named, text)
  }
  const { within } = namedService(naming.service) ?? nameless
  const input = naming.own === undefined ? given : (within?.(given, name, operation) ?? given)
  return renamedInput(input, model, toldTo(naming))
}

/** An answer in the account's own words: the body, that is. */
export function heardAnswer(answer: ReceivedAnswer, naming: Naming): ReceivedAnswer {
  const { status, headers, body } = answer
  const heard = status < 400 ? heardFrom(naming) : heardOfError(naming)
  return { ...answer, body: renamedBody(Buffer.from(body), headers['content-type'] ?? '', heard) }
}

/** The headers of an answer, likewise, one by one. */
export function headersHeard(naming: Naming): (name: string, value: string) => string {
  const heard = heardFrom(naming)
  return (name, value) => renamedHeader(name, value, heard)
}

/** What of an answer is the account's, in its own words. */
function heardFrom(naming: Naming): Renaming {
  const { account, id, own } = naming
  const members = membersOf(naming)
  return {
    ...members,
    text(text, member) {
      const named = members.of(member)
      if (named !== undefined && own !== undefined && !text.startsWith('arn:')) {
        return heardMember(naming, named, text)
      }
      if (text === id) return account
      return withArns(withUrls(heardAlias(naming, text), naming, heardUrl), naming, heardArn)
    },
    ...(own === undefined && { needs: id }),
  }
}

/** The same of an error, whose message is no data. */
function heardOfError(naming: Naming): Renaming {
  const heard = heardFrom(naming)
  const { account, own = account } = naming
  const isMessage = (member: string) => /^[mM]essage$/.test(member)
  const spoken = (text: string) => (account === own ? text : text.replaceAll(`${account}--`, ''))
  return {
    ...heard,
    isData: (member) => !isMessage(member) && heard.isData(member),
    text: (text, member) =>
      isMessage(member) ? spoken(heard.text(text, '')) : heard.text(text, member),
  }
}

const nameless: NamedService = { invalid: 'ValidationException', members: {} }

interface Members extends Omit<Renaming, 'text'> {
  readonly of: (member: string) => NamedMember | undefined
  readonly isAlone: (member: string) => boolean
}

function membersOf(naming: Naming): Members {
  const { service, operation } = naming
  const { members, maps = {}, data = [], alone = [] } = namedService(service) ?? nameless
  const find = (from: Readonly<Record<string, NamedMember>>, member: string) => {
    const found = Object.hasOwn(from, member) ? from[member] : undefined
    return found?.operations?.test(operation) === false ? undefined : found
  }
  return {
    of: (member) => find(members, member) ?? find(maps, member),
    isByName: (member) => find(maps, member) !== undefined,
    isData: (member) => isAnybodysData(member) || data.includes(member),
    isAlone: (member) => alone.includes(member),
    twice: () => refused(naming, 'One resource is named twice, by its name and by its ARN.'),
  }
}

function refused({ service }: Naming, message: string): Refusal {
  return new Refusal((namedService(service) ?? nameless).invalid, message, 400)
}

function ofOneAccount(own: string, what: string): Refusal {
  const message = `${what} is of the backend's account ${own} alone: it takes no account hints.`
  return new Refusal('AccessDenied', message)
}

/** What another account's names begin with. */
const ofAccount = /^(\d{12})--(.+)$/s

/** Whose a name of the backend's is, and what they call it. */
function ownerOf({ own = '' }: Naming, told: string): readonly [account: string, name: string] {
  const [, account = own, name = told] = ofAccount.exec(told) ?? []
  return account === own ? [own, told] : [account, name]
}

/** A name as the backend has it. Errors: a Refusal for one of the own account that looks like another's. */
function told(naming: Naming, account: string, name: string): string {
  const { own } = naming
  if (own === undefined) {
    if (account === naming.account) return name
    throw refused(naming, 'One call cannot be about resources of several accounts.')
  }
  if (account !== own) return `${account}--${name}`
  const [owner] = ownerOf(naming, name)
  if (owner === own) return name
  const reason = `names of the account ${own} cannot begin with another account's id and two hyphens`
  throw refused(naming, `The name ${name} is not possible: ${reason}.`)
}

function toldMember(naming: Naming, member: NamedMember, given: string): string {
  const { groups } = member.form.exec(given) ?? {}
  if (groups === undefined) return withArns(given, naming, toldArn)
  const { region = naming.region, account = naming.caller, name = '', rest = '' } = groups
  if (region !== naming.region) throw refused(naming, `${given} is of another region.`)
  return checkedLength(naming, member.lengthMax, name, told(naming, account, name)) + rest
}

function checkedLength(naming: Naming, max: number, name: string, whole: string): string {
  if (whole.length <= max || whole === name) return whole
  const added = String(whole.length - name.length)
  const reason = `the backend keeps accounts apart by ${added} characters before it, and takes ${String(max)}`
  throw refused(naming, `The name ${name} is too long: ${reason}.`)
}

function heardMember(naming: Naming, { kind }: NamedMember, text: string): string {
  const { service, partition, region } = naming
  const [account, name] = ownerOf(naming, text)
  if (account === naming.account) return name
  return `arn:${partition}:${service}:${region}:${account}:${kind}${name}`
}

/** Source: KMS API Reference, AliasName. */
const aliasLengthMax = 256

function toldAlias(naming: Naming, text: string): string {
  const name = /^alias\/(?!aws\/)(.+)$/.exec(text)?.[1]
  if (name === undefined || naming.own === undefined) return text
  return checkedLength(naming, aliasLengthMax, text, `alias/${told(naming, naming.caller, name)}`)
}

function heardAlias(naming: Naming, text: string): string {
  const name = /^alias\/(.+)$/.exec(text)?.[1]
  if (name === undefined || naming.own === undefined) return text
  const [account, own] = ownerOf(naming, name)
  return account === naming.account ? `alias/${own}` : text
}

interface ArnParts {
  readonly arn: string
  readonly of: string
  readonly account: string
  readonly resource: string
}

const arns = /(arn:[a-z-]+:([a-z0-9-]+):[a-z0-9-]*:)(\d{12}):([^\s"'<>,\\]*)/g

function withArns(
  text: string,
  naming: Naming,
  changed: (naming: Naming, parts: ArnParts) => string,
): string {
  if (!text.includes('arn:')) return text
  return text.replaceAll(
    arns,
    (arn: string, head: string, of: string, account: string, resource: string) =>
      head + changed(naming, { arn, of, account, resource }),
  )
}

/** Account and resource of an ARN, as the backend has them. */
function toldArn(naming: Naming, { arn, of, account, resource }: ArnParts): string {
  const { own, id } = naming
  if (own === undefined) return `${account === naming.account ? id : account}:${resource}`
  const whole = of === 'events' ? withDefaultBus(resource, account === own) : resource
  const start = nameStart(of, whole)
  if (start === undefined) {
    if (account === own) return `${id}:${resource}`
    if (account !== naming.account) return `${account}:${resource}`
    throw ofOneAccount(own, arn)
  }
  if (start === 'unique') return `${id}:${whole}`
  return `${id}:${whole.slice(0, start)}${told(naming, account, whole.slice(start))}`
}

function heardArn(naming: Naming, { of, account, resource }: ArnParts): string {
  const { own, id } = naming
  if (own === undefined) return `${account === id ? naming.account : account}:${resource}`
  const start = nameStart(of, resource)
  if (start === undefined) return `${account === id ? own : account}:${resource}`
  if (start === 'unique') return `${account === id ? naming.account : account}:${resource}`
  // Whatever account its ARNs name: it has one.
  const [owner, name] = ownerOf(naming, resource.slice(start))
  const whole = resource.slice(0, start) + name
  return `${owner}:${of === 'events' ? withoutDefaultBus(whole) : whole}`
}

/** A rule of the default bus is told without it, but for accounts whose default bus has a name. */
function withDefaultBus(resource: string, isOwn: boolean): string {
  return isOwn ? resource : resource.replace(/^rule\/([^/]+)$/, 'rule/default/$1')
}

function withoutDefaultBus(resource: string): string {
  return resource.replace(/^rule\/default\//, 'rule/')
}

/** Queues by their URLs: the last two pieces of the path. */
const urls = /(https?:\/\/[^\s"<>]*?\/)(\d{12})\/([\w-]+)/g

function withUrls(
  text: string,
  naming: Naming,
  changed: (naming: Naming, account: string, name: string) => string,
): string {
  if (naming.service !== 'sqs' || !text.includes('://')) return text
  return text.replaceAll(
    urls,
    (_, head: string, account: string, name: string) => head + changed(naming, account, name),
  )
}

function toldUrl(naming: Naming, account: string, name: string): string {
  const { own, id } = naming
  if (own === undefined) return `${account === naming.account ? id : account}/${name}`
  return `${id}/${told(naming, account, name)}`
}

function heardUrl(naming: Naming, account: string, told: string): string {
  const { own, id } = naming
  if (own === undefined) return `${account === id ? naming.account : account}/${told}`
  const [owner, name] = ownerOf(naming, told)
  return `${owner}/${name}`
}
