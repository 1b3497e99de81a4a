/**
 * The committed form of a service model, `packages/wire/models/<service>.json`. The reading side has
 * its own description of it in `packages/wire/src/model.ts`; both must agree.
 */
export interface ModelFile {
  service: string
  serviceId: string
  protocol: string
  /** Further protocols that its clients may speak. */
  alsoSpeaks?: string[]
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
  /** Method, URI template and status, in protocols that bind to HTTP. */
  http?: [string, string, number]
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

/** A member that the wire knows by more than its name. Traits are Smithy's. */
export interface MemberEntry {
  shape: string
  httpLabel?: true
  httpQuery?: string
  httpHeader?: string
  httpPrefixHeaders?: string
  httpPayload?: true
  httpQueryParams?: true
  httpResponseCode?: true
  xmlName?: string
  xmlFlattened?: true
  xmlAttribute?: true
  ec2QueryName?: string
  jsonName?: string
  timestampFormat?: 'date-time' | 'http-date' | 'epoch-seconds'
  /** A blob that is not to be held in memory, or a stream of events. */
  streaming?: true
}

export type ShapeEntry =
  | {
      kind: 'structure'
      /** Member name → shape name, or more of it. */
      members: Record<string, string | MemberEntry>
      required?: string[]
      union?: true
      sensitive?: true
    }
  | {
      kind: 'list'
      member: string
      /** The element of a member in XML; absent: `member`. */
      memberXmlName?: string
      min?: number
      max?: number
      sensitive?: true
    }
  | {
      kind: 'map'
      key: string
      value: string
      keyXmlName?: string
      valueXmlName?: string
      min?: number
      max?: number
      sensitive?: true
    }
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
  | { kind: 'boolean' | 'timestamp' | 'document'; sensitive?: true }
