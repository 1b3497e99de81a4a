/**
 * `bailiwick resources`: what the gate keeps of backends' resources, and whose what they had before
 * is to be.
 */
import { globMatches } from '@bailiwick/policy'
import { Command, Option } from 'commander'
import { accessOf, callBailiwick, longTimeoutMs, type Access } from '../api-client.ts'
import { CommandError } from '../command-error.ts'
import { accountIdOf } from './account-id.ts'
import { dataOption } from './data-option.ts'

/** ARNs of one call; the server takes as many. */
export const arnsOfCallMax = 500

interface Page {
  readonly NextToken?: string
}

interface KeptResource {
  readonly ResourceArn: string
  readonly AccountId: string
  readonly State: string
  /** Seconds. */
  readonly CreatedAt: number
  readonly HasPolicy: boolean
}

interface Delivery {
  readonly AccountId: string
  readonly SourceArn: string
  readonly TargetArn: string
  readonly SetBy: string
  readonly Deliverer: string
  readonly State: string
  /** Seconds. */
  readonly Since: number
  readonly Reason?: string
}

export interface Adoptable {
  readonly ResourceArn: string
  readonly OwnerAccountId?: string
}

interface Adoption extends Adoptable {
  readonly Outcome: 'ADOPTED' | 'OWNED' | 'MISSING' | 'OTHER_ACCOUNT'
}

interface CommonFlags {
  readonly data: string
  readonly json?: boolean
  readonly region?: string
}

interface OfAccounts extends CommonFlags {
  readonly account?: string
  readonly allAccounts?: boolean
}

interface ListFlags extends OfAccounts {
  readonly service?: string
}

interface AdoptFlags extends CommonFlags {
  readonly backend: string
  readonly account?: string
  readonly name?: readonly string[]
  readonly all?: boolean
  readonly dryRun?: boolean
}

export function resourcesCommand(setExitCode: (code: number) => void): Command {
  return new Command('resources')
    .description("what the gate keeps of backends' resources, and whose they are")
    .addCommand(listCommand())
    .addCommand(deliveriesCommand())
    .addCommand(adoptCommand(setExitCode))
    .addCommand(releaseCommand(setExitCode))
}

const accountOption = () =>
  new Option('--account <id>', 'whose they are; the account of your own key otherwise').argParser(
    accountIdOf,
  )

const allAccountsOption = () =>
  new Option('--all-accounts', 'of every account').conflicts('account')

function listCommand(): Command {
  return new Command('list')
    .description('list the resources that the gate keeps')
    .option('--service <name>', 'of one service, such as s3')
    .addOption(accountOption())
    .addOption(allAccountsOption())
    .option('--json', 'as JSON')
    .addOption(dataOption())
    .action(list)
}

function deliveriesCommand(): Command {
  return new Command('deliveries')
    .description('list what is delivered inside backends, and whether it may be')
    .addOption(accountOption())
    .addOption(allAccountsOption())
    .option('--json', 'as JSON')
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\n  Account, state, since when, as whom, from, to, and why it is broken. States:\n  ADMITTED; BROKEN: it may no longer be delivered; SUSPENDED: switched off in the\n  backend for that; PENDING: its set-up is not answered yet.',
    )
    .action(deliveries)
}

function adoptCommand(setExitCode: (code: number) => void): Command {
  return new Command('adopt')
    .description('record what a backend has and nobody owns yet; the backend is not changed')
    .requiredOption('--backend <service>', 'the service whose backend is asked, such as s3')
    .addOption(accountOption())
    .option('--name <pattern...>', 'what is adopted: names, with * and ? as wildcards')
    .addOption(new Option('--all', 'adopt all of it').conflicts('name'))
    .option('--region <name>', 'whose resources; as AWS_REGION says otherwise')
    .option('--dry-run', 'only say what would be adopted')
    .option('--json', 'as JSON')
    .addOption(dataOption())
    .addHelpText(
      'after',
      "\n  Only for principals of the deployment's first account.\n  Exit codes: 0 all of it is adopted, or was before; 1 not asked; 2 some of it is not.",
    )
    .action((flags: AdoptFlags) => adopt(flags, setExitCode))
}

function releaseCommand(setExitCode: (code: number) => void): Command {
  return new Command('release')
    .description('forget records, policies and tags and all; the backend is not changed')
    .argument('<arn...>', 'as `list` shows them')
    .option('--json', 'as JSON')
    .addOption(dataOption())
    .addHelpText('after', '\n  Exit codes: 0 released; 1 not asked; 2 some were not there.')
    .action((arns: string[], flags: CommonFlags) => release(arns, flags, setExitCode))
}

function accessFor({ data, region }: CommonFlags): Access {
  const access = accessOf(data)
  return region === undefined ? access : { ...access, region }
}

/** The pages of a list, each as what its answer has in `member`. */
async function* pages<T>(
  access: Access,
  operation: string,
  input: object,
  member = 'Resources',
): AsyncGenerator<readonly T[]> {
  let token: string | undefined
  do {
    const asked = { ...input, ...(token !== undefined && { NextToken: token }) }
    const answer = await callBailiwick(access, operation, asked, longTimeoutMs)
    yield (answer as Readonly<Record<string, readonly T[]>>)[member] ?? []
    token = (answer as Page).NextToken
  } while (token !== undefined)
}

const print = (text: string) => void process.stdout.write(`${text}\n`)
const progress = (text: string) => void process.stderr.write(`${text}\n`)

async function list(flags: ListFlags): Promise<void> {
  const { service, account, allAccounts } = flags
  const input = { Service: service, AccountId: account, AllAccounts: allAccounts }
  const found = pages<KeptResource>(accessFor(flags), 'ListResources', input)
  const count = await printAll(found, flags, keptDated, keptLine)
  if (count === 0 && !flags.json) progress('No resources.')
}

async function deliveries(flags: OfAccounts): Promise<void> {
  const { account, allAccounts } = flags
  const input = { AccountId: account, AllAccounts: allAccounts }
  const found = pages<Delivery>(accessFor(flags), 'ListDeliveries', input, 'Deliveries')
  const count = await printAll(found, flags, deliveryDated, deliveryLine)
  if (count === 0 && !flags.json) progress('No deliveries.')
}

/** A line each as it comes, or all of it as JSON; gives back how many there are. */
async function printAll<T>(
  found: AsyncIterable<readonly T[]>,
  { json }: CommonFlags,
  dated: (each: T) => object,
  lineOf: (each: T) => string,
): Promise<number> {
  const all: object[] = []
  let count = 0
  for await (const page of found) {
    count += page.length
    if (json) all.push(...page.map(dated))
    else for (const each of page) print(lineOf(each))
  }
  if (json) print(JSON.stringify(all, null, 2))
  return count
}

const isoDate = (seconds: number) => new Date(seconds * 1000).toISOString()

const keptDated = (kept: KeptResource) => ({ ...kept, CreatedAt: isoDate(kept.CreatedAt) })

function keptLine({ ResourceArn, AccountId, State, CreatedAt, HasPolicy }: KeptResource): string {
  const policy = HasPolicy ? 'policy' : '-'
  return [AccountId, State, isoDate(CreatedAt), policy, ResourceArn].join('\t')
}

const deliveryDated = (delivery: Delivery) => ({ ...delivery, Since: isoDate(delivery.Since) })

export function deliveryLine(delivery: Delivery): string {
  const { AccountId, State, Since, Deliverer, SourceArn, TargetArn, Reason = '-' } = delivery
  return [AccountId, State, isoDate(Since), Deliverer, SourceArn, TargetArn, Reason].join('\t')
}

/** Whether a resource is asked for by one of the patterns: the end of its ARN, or all of it. */
export function isNamed(arn: string, patterns: readonly string[]): boolean {
  const name = arn.split(':').slice(5).join(':')
  const short = name.slice(name.indexOf('/') + 1)
  return patterns.some((pattern) => [arn, name, short].some((each) => globMatches(pattern, each)))
}

async function adopt(flags: AdoptFlags, setExitCode: (code: number) => void): Promise<void> {
  const { backend, account, name: patterns } = flags
  if (patterns === undefined && flags.all !== true) {
    throw new CommandError('say what to adopt: --name with patterns, or --all')
  }
  const access = accessFor(flags)
  const input = { Service: backend, AccountId: account }
  const found: Adoptable[] = []
  for await (const page of pages<Adoptable>(access, 'ListAdoptableResources', input)) {
    found.push(...page)
  }
  const wanted = found.filter(({ ResourceArn }) => !patterns || isNamed(ResourceArn, patterns))
  const free = wanted.filter(({ OwnerAccountId }) => OwnerAccountId === undefined)
  const owned = wanted.filter(({ OwnerAccountId }) => OwnerAccountId !== undefined)
  progress(`${backend}: ${found.length} there, ${wanted.length} meant, ${owned.length} owned`)
  const arns = free.map(({ ResourceArn }) => ResourceArn)
  const adoptions = flags.dryRun ? arns.map(wouldBe) : await adoptInTurn(access, input, arns)
  if (flags.json) print(JSON.stringify(adoptions, null, 2))
  else for (const each of adoptions) print(adoptionLine(each))
  const isUnmet = (patterns ?? []).some((each) =>
    found.every(({ ResourceArn }) => !isNamed(ResourceArn, [each])),
  )
  const isRefused = adoptions.some(({ Outcome }) => Outcome !== 'ADOPTED' && Outcome !== 'OWNED')
  if (isUnmet) progress('Not every --name is there.')
  if (isUnmet || isRefused) setExitCode(2)
}

const wouldBe = (ResourceArn: string): Adoption => ({ ResourceArn, Outcome: 'ADOPTED' })

async function adoptInTurn(access: Access, input: object, arns: readonly string[]) {
  const done: Adoption[] = []
  for (let i = 0; i < arns.length; i += arnsOfCallMax) {
    const asked = { ...input, ResourceArns: arns.slice(i, i + arnsOfCallMax) }
    const answer = await callBailiwick(access, 'AdoptResources', asked, longTimeoutMs)
    done.push(...(answer as { readonly Results: readonly Adoption[] }).Results)
    progress(`${done.length} of ${arns.length}`)
  }
  return done
}

const words: Readonly<Record<Adoption['Outcome'], string>> = {
  ADOPTED: 'adopted',
  OWNED: 'owned by',
  MISSING: 'is not there',
  OTHER_ACCOUNT: 'belongs to',
}

function adoptionLine({ ResourceArn, Outcome, OwnerAccountId }: Adoption): string {
  const owner = Outcome === 'ADOPTED' ? undefined : OwnerAccountId
  return [ResourceArn, words[Outcome], owner].filter(Boolean).join(' ')
}

async function release(
  arns: readonly string[],
  flags: CommonFlags,
  setExitCode: (code: number) => void,
): Promise<void> {
  const access = accessFor(flags)
  const released: string[] = []
  for (let i = 0; i < arns.length; i += arnsOfCallMax) {
    const input = { ResourceArns: arns.slice(i, i + arnsOfCallMax) }
    const answer = await callBailiwick(access, 'ReleaseResources', input)
    released.push(...(answer as { readonly ResourceArns: readonly string[] }).ResourceArns)
  }
  if (flags.json) print(JSON.stringify(released, null, 2))
  else for (const arn of released) print(`${arn} released`)
  if (released.length < new Set(arns).size) {
    progress('Not all of them are kept.')
    setExitCode(2)
  }
}
