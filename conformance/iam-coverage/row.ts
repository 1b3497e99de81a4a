/** What a row of the coverage says about one operation of IAM. How to add one: README.md. */
import type * as sdk from '@aws-sdk/client-iam'
import type { Attempt, World } from './world.ts'

/** The SDK's commands by the names of their operations: `CreateGroupCommand` → `CreateGroup`. */
type Commands = {
  [K in keyof typeof sdk as K extends `${infer N}Command` ? Exclude<N, '$'> : never]: InstanceOf<
    (typeof sdk)[K]
  >
}
type InstanceOf<C> = C extends abstract new (...given: never) => infer I ? I : never

export type OperationName = keyof Commands
export type Input<N extends OperationName> = Commands[N]['input']
export type Output<N extends OperationName> = Commands[N] extends {
  resolveMiddleware: (...given: never) => (...given: never) => Promise<{ output: infer O }>
}
  ? O
  : never

/** Calls an operation as one caller: `iam('GetGroup', { GroupName: 'g' })`. */
export type Iam = <N extends OperationName>(name: N, input: Input<N>) => Promise<Output<N>>

/** A last call that must fail: its input, or `by(caller, input)`, after what it needs is made. */
type Failing<I> = I | ((world: World) => I | Attempt<I> | Promise<I | Attempt<I>>)

interface Paged<I> {
  /** All members but `Marker` and `MaxItems`. */
  readonly input: I
  /** How many items it lists, over all its lists. */
  readonly items: number
  /** Who lists them, where it is not the account's administrator. */
  readonly caller?: Iam
}

interface RowOf<I> {
  /**
   * A minimal valid input. Whoever may not call it is refused with it; see matrix.ts. As a
   * function it may make what the call needs; rows share that account, so under a name of its own.
   */
  readonly refused: I | ((world: World) => I | Promise<I>)
  /**
   * Brings about the operation's whole answer or effect, and expects it. Where nothing can,
   * exceptions.json says why, under `success`.
   */
  readonly success?: (world: World) => Promise<void>
  /** Each error of the model, and whichever else the operation is known for. */
  readonly errors: Readonly<Record<string, Failing<I>>>
  /** Of an operation with a `Marker`: makes items, and says how many. */
  readonly pastTheEnd?: (world: World) => Promise<Paged<I>>
}

/** Rows of one entity. */
export type Rows = { readonly [N in OperationName]?: RowOf<Input<N>> }

/** A row whose operation is known by its name alone. */
export type AnyRow = RowOf<object>

/** Rows that are written once for several kinds of entity. */
export type RowsByName = Readonly<Record<string, AnyRow>>
