/** A service as its model describes it, shapes linked to one another. */
export interface ServiceModel {
  /** `iam`, `sts`, `organizations`. */
  readonly service: string
  /** As the SDKs write it: `IAM`. */
  readonly serviceId: string
  readonly protocol: ProtocolName
  /** Further protocols that its clients may speak. */
  readonly alsoSpeaks: readonly ProtocolName[]
  /** `2010-05-08`: what Query clients send as `Version`. */
  readonly apiVersion: string
  /** The service of the credential scope. */
  readonly signingName: string
  readonly xmlNamespace: string
  /** The prefix of `X-Amz-Target`, without the dot. */
  readonly target: string
  /** `com.amazonaws.iam`: what stands before `#` in the `__type` of a JSON error. */
  readonly shapeNamespace: string
  /** By AWS's name. */
  readonly operations: ReadonlyMap<string, OperationModel>
  /** By the code on the wire. */
  readonly errors: ReadonlyMap<string, ErrorModel>
}

/** The protocols a model may name. */
export type ProtocolName =
  'awsQuery' | 'ec2Query' | 'awsJson1_0' | 'awsJson1_1' | 'rpcV2Cbor' | 'restXml' | 'restJson1'

export interface OperationModel {
  readonly name: string
  /** How it is bound to HTTP, in protocols that do so. */
  readonly http?: HttpBinding
  /** Absent: it takes nothing. */
  readonly input?: StructureShape
  /** Absent: it answers with nothing, not even an empty result. */
  readonly output?: StructureShape
  /** Codes the model says it may answer with; the common ones come on top. */
  readonly errors: readonly string[]
  readonly pagination?: PaginationModel
}

export interface HttpBinding {
  readonly method: string
  /** A Smithy URI template: `/{Key+}?acl`. */
  readonly uri: string
  /** Of an answer that went well. */
  readonly status: number
}

export interface PaginationModel {
  readonly inputToken: string
  readonly outputToken: string
  readonly limit?: string
  /** The member that says whether there is more; absent: the token does. */
  readonly more?: string
  readonly results: readonly string[]
}

export interface ErrorModel {
  readonly code: string
  /** HTTP status in protocols that carry one per error. */
  readonly status: number
  readonly shape: StructureShape
}

/** Lengths are in code points (strings), members (lists, maps) or bytes (blobs). */
interface Limits {
  readonly min?: number
  readonly max?: number
}

interface Named {
  readonly name: string
  readonly sensitive?: true
}

export interface StructureShape extends Named {
  readonly kind: 'structure'
  readonly members: readonly MemberModel[]
  /** One member exactly is set. */
  readonly union?: true
}

/** A member, and what the wire says of it beyond its name: the traits are Smithy's. */
export interface MemberModel {
  readonly name: string
  readonly shape: Shape
  readonly required: boolean
  readonly httpLabel?: true
  readonly httpQuery?: string
  readonly httpHeader?: string
  readonly httpPrefixHeaders?: string
  readonly httpPayload?: true
  readonly httpQueryParams?: true
  readonly httpResponseCode?: true
  readonly xmlName?: string
  readonly xmlFlattened?: true
  readonly xmlAttribute?: true
  readonly ec2QueryName?: string
  readonly jsonName?: string
  readonly timestampFormat?: TimestampFormat
  /** A blob that is not to be held in memory, or a stream of events. */
  readonly streaming?: true
}

export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds'

export interface ListShape extends Named, Limits {
  readonly kind: 'list'
  readonly member: Shape
  /** The element of a member in XML; absent: `member`. */
  readonly memberXmlName?: string
}

export interface MapShape extends Named, Limits {
  readonly kind: 'map'
  readonly key: Shape
  readonly value: Shape
  /** Absent: `key`. */
  readonly keyXmlName?: string
  /** Absent: `value`. */
  readonly valueXmlName?: string
}

export interface StringShape extends Named, Limits {
  readonly kind: 'string'
  /** As the model writes it, for Java; the whole value must match. */
  readonly pattern?: string
  readonly enum?: readonly string[]
}

export interface NumberShape extends Named, Limits {
  readonly kind: 'integer' | 'long' | 'float' | 'double'
}

export interface BlobShape extends Named, Limits {
  readonly kind: 'blob'
}

export interface PlainShape extends Named {
  /** A document is any JSON. */
  readonly kind: 'boolean' | 'timestamp' | 'document'
}

export type Shape =
  StructureShape | ListShape | MapShape | StringShape | NumberShape | BlobShape | PlainShape
