/**
 * Where calls and answers carry names of resources, as data: what keeps the same names of several
 * accounts apart on a backend that knows one (decision 26).
 */
import { withTableName } from '../resolve/partiql.ts'
import type { OperationInput, OperationModel } from '@bailiwick/wire'
import { at, list } from '../resolve/forwarded-call.ts'

/** A member that holds a name, or an ARN that the backend gets the name of. */
export interface NamedMember {
  /** With the groups `name`, and where they are told `region`, `account` and `rest`. */
  readonly form: RegExp
  /** What stands before the name in an ARN: `table/`. */
  readonly kind: string
  /** Characters of the name that the service takes. Source: its API reference or quotas. */
  readonly lengthMax: number
  /** Any backend gets the name alone: it need not understand ARNs there. */
  readonly isNameAlone?: true
  /** Where it does so in some operations alone. */
  readonly operations?: RegExp
}

/** The name that a call gives in that member, as the backend has it. */
export type Told = (given: string, member: string) => string

/** A service whose resources' names are their accounts' own. */
export interface NamedService {
  /** How it refuses what is wrong with a name. */
  readonly invalid: string
  readonly members: Readonly<Record<string, NamedMember>>
  /** Members that are maps whose keys are such names. */
  readonly maps?: Readonly<Record<string, NamedMember>>
  /** Members that hold somebody's data, besides those of any service. */
  readonly data?: readonly string[]
  /** Operations that are about what has no name of its account: they are one account's. */
  readonly unnamed?: RegExp
  /** Whose answers tell of other accounts' resources, though the call is about none. */
  readonly tellsOfOthers?: RegExp
  /** Members that name what one account alone has of another service. */
  readonly alone?: readonly string[]
  /** An input whose names stand in it otherwise, or are not told. */
  readonly within?: (input: OperationInput, name: Told, operation: OperationModel) => OperationInput
}

const arnOf = (service: string, kind: string) =>
  `(?:arn:[a-z-]+:${service}:(?<region>[a-z0-9-]+):(?<account>\\d{12}):${kind})?`

const table: NamedMember = {
  form: new RegExp(`^${arnOf('dynamodb', 'table/')}(?<name>[\\w.-]+)$`),
  kind: 'table/',
  lengthMax: 255,
  isNameAlone: true,
}

const layer: NamedMember = {
  form: new RegExp(`^${arnOf('lambda', 'layer:')}(?<name>[\\w-]+)$`),
  kind: 'layer:',
  lengthMax: 140,
}

/** Its name, partial or whole ARN, with a qualifier or without. Source: Lambda API Reference. */
const lambdaFunction: NamedMember = {
  form: /^(?:(?:arn:[a-z-]+:lambda:(?<region>[a-z0-9-]+):)?(?<account>\d{12}):function:|function:)?(?<name>[\w-]+)(?<rest>:[\w$-]+)?$/,
  kind: 'function:',
  lengthMax: 64,
  isNameAlone: true,
}

const bus: NamedMember = {
  form: new RegExp(`^${arnOf('events', 'event-bus/')}(?<name>[/.\\w-]+)$`),
  kind: 'event-bus/',
  lengthMax: 256,
}

const secret: NamedMember = { form: /^(?!arn:)(?<name>.+)$/, kind: 'secret:', lengthMax: 512 }

/** Filters by name are of what it begins with; `!` before it says of others. */
function withSecretFilters(input: OperationInput, name: Told) {
  if (input.Filters === undefined) return input
  const Filters = list(input.Filters).map((filter) => {
    if (at(filter, 'Key') !== 'name') return filter
    const Values = list(at(filter, 'Values')).map((value) => {
      const [, not = '', given = ''] = /^(!?)(.*)$/s.exec(String(value)) ?? []
      return given === '' ? value : not + name(given, 'Name')
    })
    return { ...(filter as object), Values }
  })
  return { ...input, Filters }
}

function withTables(input: OperationInput, name: Told) {
  const rename = (given: string) => name(given, 'TableName')
  const withStatement = (held: unknown): unknown => {
    const statement = at(held, 'Statement')
    if (typeof statement !== 'string') return held
    return { ...(held as object), Statement: withTableName(statement, rename) }
  }
  const { Statements, TransactStatements } = input
  return {
    ...(withStatement(input) as OperationInput),
    ...(Statements !== undefined && { Statements: list(Statements).map(withStatement) }),
    ...(TransactStatements !== undefined && {
      TransactStatements: list(TransactStatements).map(withStatement),
    }),
  }
}

/** What names no bus is about the default one, which other accounts than one have by a name. */
function withDefaultBus(
  input: OperationInput,
  name: Told,
  { name: operation, ...model }: OperationModel,
) {
  if (name('default', 'EventBusName') === 'default') return input
  const takes = (member: string) => model.input?.members.some((each) => each.name === member)
  if (operation === 'DescribeEventBus') return { Name: 'default', ...input }
  if (takes('EventBusName') === true) return { EventBusName: 'default', ...input }
  if (operation !== 'PutEvents') return input
  const Entries = list(input.Entries).map((entry) => ({
    EventBusName: 'default',
    ...(entry as object),
  }))
  return { ...input, Entries }
}

/** By the prefix of their actions. Source: the models; each service's API reference. */
const services: Readonly<Record<string, NamedService>> = {
  dynamodb: {
    invalid: 'ValidationException',
    members: {
      ExclusiveStartTableName: table,
      LastEvaluatedTableName: table,
      SourceTableName: table,
      TableName: table,
      TableNames: table,
      TargetTableName: table,
    },
    maps: {
      ItemCollectionMetrics: { ...table, operations: /^(Batch|Transact)WriteItems?$/ },
      RequestItems: table,
      Responses: { ...table, operations: /^BatchGetItem$/ },
      UnprocessedItems: table,
      UnprocessedKeys: table,
    },
    data: ['Attributes', 'ItemCollectionMetrics', 'Parameters', 'Responses', 'Statement'],
    unnamed: /BulkOperation/,
    within: withTables,
  },
  events: {
    invalid: 'ValidationException',
    members: {
      EventBusName: bus,
      Name: { ...bus, operations: /EventBus(es)?$/ },
    },
    data: [
      ...['DetailType', 'Event', 'EventPattern', 'Input', 'InputPathsMap', 'InputTemplate'],
      ...['Resources', 'Source'],
    ],
    unnamed: /Archive|Replay|Connection|ApiDestination|Endpoint|EventSource|Partner/,
    alone: ['EventSourceName'],
    tellsOfOthers: /Target/,
    within: withDefaultBus,
  },
  kms: {
    invalid: 'ValidationException',
    members: {},
    unnamed: /CustomKeyStore/,
    alone: ['CustomKeyStoreId', 'XksKeyId'],
  },
  lambda: {
    invalid: 'InvalidParameterValueException',
    members: { FunctionName: lambdaFunction, LayerName: layer },
    data: ['Pattern'],
    alone: ['LogGroup'],
    unnamed: /CapacityProvider|^(?!.*FunctionCode).*CodeSigningConfig/,
    tellsOfOthers: /./,
  },
  s3: { invalid: 'InvalidArgument', members: {}, tellsOfOthers: /NotificationConfiguration$/ },
  secretsmanager: {
    invalid: 'InvalidParameterException',
    members: { Name: secret, SecretId: secret, SecretIdList: secret },
    within: withSecretFilters,
  },
  sns: {
    invalid: 'InvalidParameter',
    members: {
      Name: { form: /^(?<name>.+)$/, kind: '', lengthMax: 256, operations: /^CreateTopic$/ },
    },
    unnamed: /Platform|Endpoint|SMS|PhoneNumber|Sandbox/,
    tellsOfOthers: /Subscription/,
  },
  sqs: {
    invalid: 'InvalidParameterValue',
    members: { QueueName: { form: /^(?<name>.+)$/, kind: '', lengthMax: 80 } },
  },
}

export function namedService(service: string): NamedService | undefined {
  return Object.hasOwn(services, service) ? services[service] : undefined
}

/** Where in an ARN's resource the name begins, of what has one of its account. */
const namesBegin: Readonly<Record<string, RegExp>> = {
  dynamodb: /^table\//,
  // A rule of the default bus is told without it.
  events: /^(?:event-bus\/|rule\/(?=[^/]+\/))/,
  // Their paths stay before them.
  iam: /^(?:role|user)\/(?:[\w+=,.@-]+\/)*/,
  kms: /^alias\/(?!aws\/)/,
  lambda: /^(?:function|layer):/,
  secretsmanager: /^secret:/,
  sns: /^(?!(?:app|endpoint)\/)(?=[\w*?-])/,
  sqs: /^/,
  sts: /^(?:assumed-role|federated-user)\//,
}

/** What has an id that no other account's has, and needs no name. */
const unique: Readonly<Record<string, RegExp>> = {
  iam: /^root$/,
  kms: /^(?:key\/|alias\/aws\/)/,
  lambda: /^(?:event-source-mapping|code-signing-config):/,
}

/**
 * Where the name begins in the part of an ARN after the account. `unique`: it needs none; undefined:
 * it is of what a backend has for one account alone.
 */
export function nameStart(service: string, resource: string): number | 'unique' | undefined {
  const found = Object.hasOwn(namesBegin, service) && namesBegin[service]?.exec(resource)
  if (found) return found[0].length
  return Object.hasOwn(unique, service) && unique[service]?.test(resource) ? 'unique' : undefined
}

/** Whether an ARN's name is one of its account's own, wherever the backend has it. */
export function isNamedArn(arn: string): boolean {
  const [, , service = '', , , ...resource] = arn.split(':')
  return typeof nameStart(service, resource.join(':')) === 'number'
}
