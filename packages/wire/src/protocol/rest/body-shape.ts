import type { MemberModel, StructureShape } from '../../model.ts'

/** Where the members of a structure travel in a protocol that is bound to HTTP. */
export interface Placement {
  /** The one member that is the whole body. */
  readonly payload?: MemberModel
  /** The members that make up the body, where no member is it. */
  readonly body: StructureShape
  /** Labels, queries and headers. */
  readonly bound: readonly MemberModel[]
}

type Direction = 'input' | 'output'

const placements = {
  input: new WeakMap<StructureShape, Placement>(),
  output: new WeakMap<StructureShape, Placement>(),
}

/** Source: Smithy, "HTTP bindings". */
export function placementOf(shape: StructureShape, direction: Direction): Placement {
  const known = placements[direction].get(shape)
  if (known !== undefined) return known
  const isBound = (member: MemberModel) =>
    isHeaderOrStatus(member) || (direction === 'input' && isLabelOrQuery(member))
  const payload = shape.members.find(({ httpPayload }) => httpPayload)
  const bound = shape.members.filter(isBound)
  const members = shape.members.filter((member) => !isBound(member) && !member.httpPayload)
  const placement: Placement = {
    ...(payload && { payload }),
    body: { ...shape, members },
    bound,
  }
  placements[direction].set(shape, placement)
  return placement
}

function isHeaderOrStatus(member: MemberModel): boolean {
  return (
    member.httpHeader !== undefined ||
    member.httpPrefixHeaders !== undefined ||
    member.httpResponseCode === true
  )
}

/** Of an answer they mean nothing. */
function isLabelOrQuery(member: MemberModel): boolean {
  return (
    member.httpLabel === true || member.httpQuery !== undefined || member.httpQueryParams === true
  )
}
