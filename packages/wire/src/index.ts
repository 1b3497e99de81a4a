/** The façade of `@bailiwick/wire`. */
export { forwardedServices } from '../models/read-model.ts'
export type { ForwardedService } from '../models/read-model.ts'
export { headersOf, rawPathOf, rawQueryOf } from './http.ts'
export type { HttpAnswer, HttpRequest } from './http.ts'
export { loadModel, parseModel } from './load-model.ts'
export type { ModelledService } from './load-model.ts'
export type {
  BlobShape,
  ErrorModel,
  HttpBinding,
  ListShape,
  MapShape,
  MemberModel,
  NumberShape,
  OperationModel,
  PaginationModel,
  PlainShape,
  ProtocolName,
  ServiceModel,
  Shape,
  StringShape,
  StructureShape,
  TimestampFormat,
} from './model.ts'
export {
  frameworkError,
  notImplementedError,
  unknownOperationError,
} from './protocol/framework-error.ts'
export type { FrameworkErrorCode } from './protocol/framework-error.ts'
export { awsJson1_0, awsJson1_1 } from './protocol/json/aws-json.ts'
export { bodyBytesMax } from './protocol/limits.ts'
export { protocolNamed, protocolOf } from './protocol/protocols.ts'
export { rpcV2Cbor } from './protocol/cbor/rpc-v2-cbor.ts'
export { openRest } from './protocol/rest/rest.ts'
export { decodeText, parseQuery } from './protocol/rest/query-string.ts'
export { readErrorCode, readErrorMessage, readOutput } from './protocol/read-output.ts'
export type { OperationOutput, ReceivedAnswer } from './protocol/read-output.ts'
export { payloadOf, writeRequest } from './protocol/write-request.ts'
export type { WrittenRequest } from './protocol/write-request.ts'
export { restXml, xmlBody } from './protocol/rest/rest-xml.ts'
export { ec2Query } from './protocol/query/ec2-query.ts'
export { awsQuery } from './protocol/query/aws-query.ts'
export type {
  OpenedCall,
  OperationInput,
  Protocol,
  Result,
  WireError,
} from './protocol/protocol.ts'
export type { BailiwickErrorCode, BailiwickOperations } from '../models/bailiwick.ts'
export type { Ec2Operations } from '../models/ec2.ts'
export type { IamErrorCode, IamOperations } from '../models/iam.ts'
export type { OrganizationsErrorCode, OrganizationsOperations } from '../models/organizations.ts'
export type { StsErrorCode, StsOperations } from '../models/sts.ts'
export { ChunkedReader, ChunkError, chunkedFormOf } from './sigv4/chunked.ts'
export type { ChunkedBody, ChunkedForm, ChunkSeed } from './sigv4/chunked.ts'
export { pathStyleOf } from './sigv4/canonical.ts'
export { answerContainer } from './metadata/container-credentials.ts'
export type { ContainerEndpoint } from './metadata/container-credentials.ts'
export { answerMetadata } from './metadata/instance-metadata.ts'
export type {
  InstanceCredentials,
  InstanceDescription,
  MetadataSource,
} from './metadata/instance-metadata.ts'
export type { WorkloadCredentials } from './metadata/workload-credentials.ts'
export { escapeXml } from './protocol/xml/escape.ts'
export { parseXml } from './protocol/xml/parse.ts'
export type { XmlElement } from './protocol/xml/parse.ts'
export { deriveSigningKey, emptySha256, sha256Hex } from './sigv4/key.ts'
export { expiresSecondsMax, parseSignature } from './sigv4/parse.ts'
export type { CredentialScope, SignedRequest } from './sigv4/parse.ts'
export { presign, sign } from './sigv4/sign.ts'
export type { Credentials, SigningOptions, UnsignedRequest } from './sigv4/sign.ts'
export {
  checkClock,
  checkScope,
  presignedSkewSecondsMax,
  scopeText,
  signatureMatches,
  signatureMismatchError,
  signedStrings,
} from './sigv4/verify.ts'
export type { SignedStrings } from './sigv4/verify.ts'
