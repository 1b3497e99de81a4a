import { Refusal } from '../../refusal.ts'
import { accountOf, anyText, at, text } from '../../resolve/forwarded-call.ts'
import { functionArn } from '../../resolve/function-arn.ts'
import {
  obstacleSentence,
  sendingTo,
  type DeliveringOperation,
  type DeliveringOperations,
  type Delivery,
  type DeliveryCall,
  type Need,
  type Obstacle,
  type Setup,
} from './delivery.ts'

/** A function without its qualifier: the role is of all its versions. */
function functionOf(call: DeliveryCall, name: unknown): string {
  return functionArn(call, name, undefined).split(':', 7).join(':')
}

function invalid(message: string): Refusal {
  return new Refusal('InvalidParameterValueException', message, 400)
}

/** What a function's role needs to leave something there; a bucket is listed, too. */
function leavingAt(target: string): readonly Need[] | undefined {
  if (!/^arn:[^:]+:s3:::/.test(target)) return sendingTo(target)
  const objects = { action: 's3:PutObject', resourceArn: `${target}/${anyText}` }
  return [objects, { action: 's3:ListBucket', resourceArn: target }]
}

/** Deliveries by the execution role of the function that they are named after. */
function byFunction(source: string, role?: string) {
  const deliverer = { by: 'function', arn: source, ...(role !== undefined && { role }) } as const
  return { deliverer, source, sourceAccount: accountOf(source) ?? '' } as const
}

/** The role that it is given, its dead letters, and its code where a bucket holds it. */
function setByConfiguration(call: DeliveryCall): Setup {
  const { input } = call
  const source = functionOf(call, input.FunctionName)
  const role = text(input.Role)
  const from = byFunction(source, role)
  const letters = at(input, 'DeadLetterConfig')
  const target = text(at(letters, 'TargetArn'))
  const deliveries: readonly Delivery[] = [
    ...(role ? [{ ...from, target: source, part: 'role', needs: [] }] : []),
    ...(target ? [{ ...from, target, part: 'dead letters', needs: sendingTo(target) }] : []),
    ...codeFrom(call, at(input, 'Code')),
  ]
  const parts = [...(role ? ['role'] : []), ...(letters === undefined ? [] : ['dead letters'])]
  return { deliveries, replaces: { sources: [source], parts } }
}

/** Lambda reads it with the caller's permissions. Source: Lambda API Reference, FunctionCode. */
function codeFrom({ source, sourceAccount, partition }: DeliveryCall, code: unknown) {
  const [bucket, key] = [text(at(code, 'S3Bucket')), text(at(code, 'S3Key'))]
  if (bucket === undefined || key === undefined) return []
  const version = text(at(code, 'S3ObjectVersion'))
  const target = `arn:${partition}:s3:::${bucket}/${key}`
  const action = version === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
  const deliverer = { by: 'caller', service: 'lambda.amazonaws.com' } as const
  const needs = [{ action, resourceArn: target }]
  return [{ deliverer, source, sourceAccount, target, needs, once: true } as const]
}

/** Source: messages of Lambda as users report them; of the code's, the API's "AccessDenied" of S3. */
function refusedFunction({ deliverer, target, part }: Delivery, obstacle: Obstacle): Refusal {
  if (deliverer.by === 'caller') {
    const object = target.split(':::')[1] ?? ''
    const message = `Your access has been denied by S3, please make sure your request credentials have permission to GetObject for ${object}. S3 Error Code: AccessDenied. S3 Error Message: Access Denied`
    return new Refusal('AccessDeniedException', message, 403)
  }
  if (obstacle.kind === 'role' || part === 'role') {
    return invalid('The role defined for the function cannot be assumed by Lambda.')
  }
  return invalid(rolePermissionMessage(target, obstacle))
}

const serviceNames: Readonly<Record<string, string>> = {
  events: 'EventBridge',
  lambda: 'Lambda',
  s3: 'S3',
  sns: 'SNS',
  sqs: 'SQS',
}

function rolePermissionMessage(target: string, obstacle: Obstacle): string {
  const [, , service = ''] = target.split(':', 3)
  const action = obstacle.kind === 'denied' ? obstacle.action : sendingTo(target)?.[0]?.action
  const [, name = service] = (action ?? '').split(':')
  const of = serviceNames[service] ?? service
  return `The provided execution role does not have permissions to call ${name} on ${of}`
}

function setByCode(call: DeliveryCall): Setup {
  return { deliveries: codeFrom(call, call.input) }
}

function setByLayer(call: DeliveryCall): Setup {
  return { deliveries: codeFrom(call, call.input.Content) }
}

/** Source: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations". */
function setByInvokeConfig(call: DeliveryCall): Setup {
  const { input } = call
  const source = functionOf(call, input.FunctionName)
  const whole = functionArn(call, input.FunctionName, input.Qualifier)
  const part = `invoked ${whole.split(':')[7] ?? '$LATEST'}`
  const targets = ['OnSuccess', 'OnFailure'].flatMap(
    (when) => text(at(input, 'DestinationConfig', when, 'Destination')) ?? [],
  )
  const from = { ...byFunction(source), part }
  const deliveries = targets.map((target) => ({ ...from, target, needs: leavingAt(target) }))
  return { deliveries, replaces: { sources: [source], parts: [part] } }
}

/** Of a change without destinations they stay. */
function changedInvokeConfig(call: DeliveryCall): Setup {
  return call.input.DestinationConfig === undefined ? { deliveries: [] } : setByInvokeConfig(call)
}

const refusedDestination = ({ target }: Delivery, obstacle: Obstacle): Refusal =>
  invalid(rolePermissionMessage(target, obstacle))

interface Mapping {
  readonly source: string
  readonly eventSource: string | undefined
  readonly onFailure: string | undefined
  readonly isOff: boolean
}

/**
 * What a function's role needs to read from there. Source: Lambda Developer Guide, "Process … with
 * Lambda" of each event source; the list of all streams is not asked for.
 */
function readingFrom(eventSource: string): readonly Need[] | undefined {
  const [, , service = ''] = eventSource.split(':', 3)
  const names: Readonly<Record<string, readonly string[]>> = {
    sqs: ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'],
    kinesis: ['GetRecords', 'GetShardIterator', 'DescribeStream'],
    dynamodb: ['GetRecords', 'GetShardIterator', 'DescribeStream'],
  }
  const [stream = '', consumer] = eventSource.split('/consumer/')
  const reads = names[service]?.map((name) => ({
    action: `${service}:${name}`,
    resourceArn: stream,
  }))
  if (consumer === undefined) return reads
  return reads && [...reads, { action: 'kinesis:SubscribeToShard', resourceArn: eventSource }]
}

function mappingSetup(mapping: Mapping): Setup {
  const { source, eventSource, onFailure, isOff } = mapping
  // Where a mapping has no ARN to read from, its brokers are the caller's own, outside.
  if (eventSource === undefined) return { deliveries: [] }
  const part = `reads ${eventSource}`
  const from = { ...byFunction(source), part, ...(isOff && { unasked: true as const }) }
  const reads = { ...from, target: eventSource, needs: readingFrom(eventSource) }
  const failed = onFailure && { ...from, target: onFailure, needs: leavingAt(onFailure) }
  return {
    deliveries: [reads, ...(failed ? [failed] : [])],
    replaces: { sources: [source], parts: [part] },
  }
}

function onFailureOf(input: unknown): string | undefined {
  return text(at(input, 'DestinationConfig', 'OnFailure', 'Destination'))
}

function setByMapping(call: DeliveryCall): Setup {
  const { input } = call
  return mappingSetup({
    source: functionOf(call, input.FunctionName),
    eventSource: text(input.EventSourceArn),
    onFailure: onFailureOf(input),
    // Even one that begins switched off is asked: nothing would ask again before it is switched on.
    isOff: false,
  })
}

/** Of a mapping that the backend does not know, it says so itself. */
async function mappingOf(call: DeliveryCall): Promise<Mapping | undefined> {
  const asked = await call.ask('GetEventSourceMapping', { UUID: call.input.UUID })
  if (!asked.ok) return undefined
  const { output } = asked
  return {
    source: functionOf(call, output.FunctionArn),
    eventSource: text(output.EventSourceArn),
    onFailure: onFailureOf(output),
    isOff: false,
  }
}

async function changedMapping(call: DeliveryCall): Promise<Setup> {
  const { input } = call
  const before = await mappingOf(call)
  if (before === undefined) return { deliveries: [] }
  const { deliveries: old } = mappingSetup(before)
  const after = {
    ...before,
    ...(input.FunctionName !== undefined && { source: functionOf(call, input.FunctionName) }),
    ...(input.DestinationConfig !== undefined && { onFailure: onFailureOf(input) }),
    isOff: input.Enabled === false,
  }
  const said = input.Enabled !== undefined && ({ switches: true } as const)
  const setup = { ...mappingSetup(after), ...said }
  const part = old[0]?.part
  if (part === undefined) return setup
  return { ...setup, replaces: { sources: [before.source], parts: [part] } }
}

async function endedMapping(call: DeliveryCall): Promise<Setup> {
  const before = await mappingOf(call)
  if (before === undefined) return { deliveries: [] }
  const { replaces } = mappingSetup(before)
  return { deliveries: [], ...(replaces && { replaces }) }
}

/** Source: messages of Lambda as users report them. */
function refusedMapping(delivery: Delivery, obstacle: Obstacle): Refusal {
  const { target, part, needs } = delivery
  const [, , service = ''] = target.split(':', 3)
  if (part !== `reads ${target}` || service === 'sqs') {
    const action = obstacle.kind === 'denied' ? obstacle.action : (needs?.[0]?.action ?? '')
    return invalid(rolePermissionMessage(target, { kind: 'denied', action }))
  }
  if (needs === undefined) return invalid(`${obstacleSentence(delivery, obstacle)}.`)
  const shards = service === 'kinesis' ? ' ListShards,' : ''
  return invalid(
    `Cannot access stream ${target}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream,${shards} and ListStreams Actions on your stream in IAM.`,
  )
}

const configuration = { sets: setByConfiguration, refusal: refusedFunction, as: 'CreateFunction' }
const mapping = { refusal: refusedMapping, as: 'CreateEventSourceMapping' }
const invoked: Omit<DeliveringOperation, 'sets'> = {
  refusal: refusedDestination,
  as: 'PutFunctionEventInvokeConfig',
}

export const lambdaDeliveries: DeliveringOperations = {
  CreateFunction: configuration,
  UpdateFunctionConfiguration: configuration,
  UpdateFunctionCode: { sets: setByCode, refusal: refusedFunction },
  PublishLayerVersion: { sets: setByLayer, refusal: refusedFunction },
  PutFunctionEventInvokeConfig: { ...invoked, sets: setByInvokeConfig },
  UpdateFunctionEventInvokeConfig: { ...invoked, sets: changedInvokeConfig },
  DeleteFunctionEventInvokeConfig: { ...invoked, sets: setByInvokeConfig },
  CreateEventSourceMapping: { ...mapping, sets: setByMapping },
  UpdateEventSourceMapping: { ...mapping, sets: changedMapping },
  DeleteEventSourceMapping: { ...mapping, sets: endedMapping },
}
