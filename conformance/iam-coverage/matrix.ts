/** Prints who may call each operation: docs/generated/iam-authorization-matrix.txt. */
import type { AnyRow, Iam } from './row.ts'
import { keyOf, type Universe, type World } from './world.ts'

export const columns = [
  'anonymous',
  'no policy',
  'allowed',
  'explicit deny',
  'boundary',
  'other account',
] as const

export type Column = (typeof columns)[number]

/** Columns in which every operation must be refused. */
export const refusedColumns: readonly Column[] = [
  'anonymous',
  'no policy',
  'explicit deny',
  'boundary',
]

export type Line = Readonly<Record<Column, string>>

const heading = `# Who may call what

Written by conformance/iam-coverage: each operation is called over HTTP with a valid input; do not
edit. A changed mark is a changed authorization.

✘ CODE: refused. ✔: done. ✔ CODE: authorised, and failed because nothing is there yet.

anonymous      without a signature
no policy      a user whom no policy allows anything
allowed        a user whom a policy allows everything, in an empty account
explicit deny  a user whom a policy allows everything, and another denies everything
boundary       a user whom a policy allows everything, and whose boundary allows s3:* alone
other account  a user of another account who may do everything there. Operations that name an entity
               by its ARN are given this account's; all others act on the caller's own account.
`

function policy(Effect: 'Allow' | 'Deny', Action: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: { Effect, Action, Resource: '*' } })
}

/** Those who are refused: they change nothing, so one account serves all operations. */
export interface Refused {
  readonly world: World
  readonly callers: ReadonlyMap<Column, Iam>
}

export async function refusedCallers(universe: Universe): Promise<Refused> {
  const world = await universe.world()
  const { iam, user } = world
  await iam('CreateUser', { UserName: 'nobody' })
  const denied = await user('denied')
  const PolicyDocument = policy('Deny', '*')
  await iam('PutUserPolicy', { UserName: 'denied', PolicyName: 'nothing', PolicyDocument })
  const boundary = { PolicyName: 'boundary', PolicyDocument: policy('Allow', 's3:*') }
  const { Policy } = await iam('CreatePolicy', boundary)
  const bounded = await user('bounded')
  const PermissionsBoundary = Policy?.Arn ?? ''
  await iam('PutUserPermissionsBoundary', { UserName: 'bounded', PermissionsBoundary })
  const nobody = universe.caller(await keyOf(iam, 'nobody'))
  const callers = new Map<Column, Iam>([
    ['anonymous', universe.anonymous],
    ['no policy', nobody],
    ['explicit deny', denied],
    ['boundary', bounded],
  ])
  return { world, callers }
}

const refusals = ['AccessDenied', 'MissingAuthenticationToken']

/** What comes of a call, as one mark. */
async function markOf(iam: Iam, name: string, input: object): Promise<string> {
  try {
    await iam(name as 'ListGroups', input)
    return '✔'
  } catch (error) {
    const { Code, name: shape } = error as { readonly Code?: string; readonly name: string }
    const code = Code ?? shape
    return `${refusals.includes(code) ? '✘' : '✔'} ${code}`
  }
}

async function inputOf({ refused }: AnyRow, world: World): Promise<object> {
  return typeof refused === 'function' ? (refused as InputOf)(world) : refused
}

type InputOf = (world: World) => object | Promise<object>

/** Who may do everything does it, so each time in a new account. */
async function allowedMark(
  universe: Universe,
  name: string,
  inputIn: (world: World) => Promise<object>,
): Promise<string> {
  const world = await universe.world()
  return markOf(await world.user('allowed'), name, await inputIn(world))
}

/** Calls an operation as each of the columns' callers. */
export async function matrixLine(
  universe: Universe,
  { world, callers }: Refused,
  name: string,
  row: AnyRow,
): Promise<Line> {
  const input = await inputOf(row, world)
  const marks = columns.map(async (column) => {
    const caller = callers.get(column)
    if (caller) return [column, await markOf(caller, name, input)]
    const inputIn = (own: World) =>
      column === 'other account' ? Promise.resolve(input) : inputOf(row, own)
    return [column, await allowedMark(universe, name, inputIn)]
  })
  return Object.fromEntries(await Promise.all(marks)) as Line
}

/** Fixed, so that a new code changes its own line alone. */
const widths = [46, 28, 14, 32, 14, 14, 0]

/** The whole table as text; an operation without a row says why it has no marks. */
export function printMatrix(lines: ReadonlyMap<string, Line | string>): string {
  const cells = [...lines].map(([name, line]) => [
    name,
    ...(typeof line === 'string' ? [line] : columns.map((column) => line[column])),
  ])
  const print = (row: readonly string[]) =>
    row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')
  const all = [['operation', ...columns], ...cells]
  return `${heading}\n${all.map((row) => print(row).trimEnd()).join('\n')}\n`
}
