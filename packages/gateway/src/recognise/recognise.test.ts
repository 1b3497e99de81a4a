import { headersOf, loadModel, type HttpRequest, type ModelledService } from '@bailiwick/wire'
import { expect, test } from 'vitest'
import type { GateScope } from '../operation.ts'
import type { Service } from '../ports.ts'
import { recognise } from './recognise.ts'

// Goal: which service and operation a request is for, from the request alone, and in which form what
// is for nobody is refused. Source: how the SDKs of late 2026 address a shared endpoint (wire.md §4).

const names: readonly ModelledService[] = [
  ...([
    'iam',
    'sts',
    's3',
    'sqs',
    'sns',
    'dynamodb',
    'lambda',
    'cloudwatch',
    'cloudtrail',
  ] as const),
]
const services = new Map<string, Service<GateScope>>(
  names.map((name) => {
    const model = loadModel(name)
    return [model.signingName, { model, operations: new Map() }]
  }),
)

function request(line: string, rawHeaders: readonly string[] = [], body = ''): HttpRequest {
  const [method = '', target = ''] = line.split(' ')
  const all = ['Host', '127.0.0.1:4600', ...rawHeaders]
  return {
    ...{ method, target, rawHeaders: all, headers: headersOf(all), body: Buffer.from(body) },
    ...{ secure: false, remoteAddress: '127.0.0.1' },
  }
}

const signed = (service: string) => [
  'Authorization',
  `AWS4-HMAC-SHA256 Credential=AKIA/20261124/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
]
const form = ['Content-Type', 'application/x-www-form-urlencoded']
const target = (name: string) => ['X-Amz-Target', name]
const trails = 'CloudTrail_20131101.ListTrails'
const cbor = ['smithy-protocol', 'rpc-v2-cbor']
const sqsForm = 'Action=SendMessage&Version=2012-11-05'
const cloudwatch = '/service/GraniteServiceVersion20100801/operation/PutMetricData'

const known: readonly [line: string, headers: string[], body: string, operation: string][] = [
  ['POST /', [...form, ...signed('iam')], 'Action=GetUser&Version=2010-05-08', 'iam GetUser'],
  ['POST /', form, 'Action=GetCallerIdentity&Version=2011-06-15', 'sts GetCallerIdentity'],
  ['POST /', [...target('AmazonSQS.SendMessage'), ...signed('sqs')], '{}', 'sqs SendMessage'],
  ['POST /', [...form, ...signed('sqs')], sqsForm, 'sqs SendMessage'],
  ['POST /', [...form, ...signed('sns')], 'Action=Publish&Version=2010-03-31', 'sns Publish'],
  ['POST /', target('DynamoDB_20120810.GetItem'), '{}', 'dynamodb GetItem'],
  ['POST /', target(trails), '{}', 'cloudtrail ListTrails'],
  // As botocore sends it.
  ['POST /', target(`com.amazonaws.cloudtrail.v20131101.${trails}`), '{}', 'cloudtrail ListTrails'],
  [`POST ${cloudwatch}`, [...cbor, ...signed('monitoring')], '', 'cloudwatch PutMetricData'],
  ['GET /2015-03-31/functions', signed('lambda'), '', 'lambda ListFunctions'],
  ['GET /', signed('s3'), '', 's3 ListBuckets'],
  ['GET /my-bucket/k?versionId=1', signed('s3'), '', 's3 GetObject'],
  ['GET /my-bucket/k', [], '', 's3 GetObject'],
  [
    'GET /my-bucket/k?X-Amz-Credential=AKIA%2F20261124%2Fus-east-1%2Fs3%2Faws4_request',
    [],
    '',
    's3 GetObject',
  ],
]
for (const [line, headers, body, operation] of known) {
  test(`${operation}: ${line} ${headers[0] ?? ''}`, () => {
    const found = recognise(request(line, headers, body), services)
    if (!found.ok) throw new Error(found.unrecognised.error.message)
    const { service, model } = found.recognised
    expect(`${service.model.service} ${model.name}`).toBe(operation)
  })
}

const unknown: readonly [
  rule: string,
  line: string,
  headers: string[],
  body: string,
  protocol: string,
][] = [
  ['a target of nobody', 'POST /', target('Kinesis_20131202.PutRecord'), '{}', 'awsJson1_0'],
  ['an operation of nobody', 'POST /', target('AmazonSQS.MakeTea'), '{}', 'awsJson1_0'],
  ['a CBOR path of nobody', 'POST /service/X/operation/Y', cbor, '', 'rpcV2Cbor'],
  ['a version of nobody', 'POST /', form, 'Action=GetUser&Version=1999-01-01', 'awsQuery'],
  ['a signature for nobody', 'POST /', signed('ec2'), '', 'awsQuery'],
  ['a parameter S3 does not have', 'GET /my-bucket?events', signed('s3'), '', 'restXml'],
  ['a path Lambda does not have', 'GET /2015-03-31/teapots', signed('lambda'), '', 'restJson1'],
]
for (const [rule, line, headers, body, protocol] of unknown) {
  test(`refuses ${rule}, in its own form`, () => {
    const found = recognise(request(line, headers, body), services)
    expect(found.ok).toBe(false)
    if (!found.ok) expect(found.unrecognised.protocol.name).toBe(protocol)
  })
}
