/**
 * The committed form of a service model, `packages/wire/models/<service>.json`. The reading side has
 * its own description of it in `packages/wire/src/model.ts`; both must agree.
 */
export interface ModelFile {
  service: string
  serviceId: string
  protocol: string
  apiVersion: string
  signingName: string
  xmlNamespace: string
  target: string
  shapeNamespace: string
  revision: {
    sdk: string
    botocore: string
    /** Operations that botocore does not know: their constraints and errors are missing. */
    withoutConstraints: string[]
  }
  operations: Record<string, OperationEntry>
  errors: Record<string, ErrorEntry>
  shapes: Record<string, ShapeEntry>
}

export interface OperationEntry {
  input?: string
  output?: string
  /** Codes as the wire has them. */
  errors?: string[]
  pagination?: PaginationEntry
}

export interface PaginationEntry {
  inputToken: string
  outputToken: string
  limit?: string
  more?: string
  results: string[]
}

export interface ErrorEntry {
  shape: string
  status: number
}

export type ShapeEntry =
  | {
      kind: 'structure'
      /** Member name → shape name. */
      members: Record<string, string>
      required?: string[]
      union?: true
      sensitive?: true
    }
  | { kind: 'list'; member: string; min?: number; max?: number; sensitive?: true }
  | { kind: 'map'; key: string; value: string; min?: number; max?: number; sensitive?: true }
  | {
      kind: 'string'
      min?: number
      max?: number
      pattern?: string
      enum?: string[]
      sensitive?: true
    }
  | { kind: 'integer' | 'long' | 'float' | 'double'; min?: number; max?: number; sensitive?: true }
  | { kind: 'blob'; min?: number; max?: number; sensitive?: true }
  | { kind: 'boolean' | 'timestamp'; sensitive?: true }
