import { compilePolicy, parsePolicy } from '@bailiwick/policy'
import type { SourcedPolicy, CompiledPolicy } from '@bailiwick/policy'
import { headersOf, loadModel, presign, sign } from '@bailiwick/wire'
import type { HttpAnswer, HttpRequest } from '@bailiwick/wire'
import type { Decide } from '../authorize/authorize.ts'
import type { Caller } from '../caller.ts'
import type { AnyOperation, Check, GateScope } from '../operation.ts'
import { createGate } from '../pipeline.ts'
import type { CallerProof, CredentialLookup, GateEvent, GatePorts, Service } from '../ports.ts'

import { memoryResources } from './resources.ts'

export const now = new Date('2026-11-23T16:52:32Z')
export const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG' }
export const accountId = '111122223333'

/** A policy of Ann's, from what stands in its statements. */
export function identityPolicy(id: string, statements: unknown): SourcedPolicy<CompiledPolicy> {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements })
  const parsed = parsePolicy(text, 'identityPolicy')
  if (!parsed.ok) throw new Error(parsed.problems[0].message)
  const source = { policyType: 'identityPolicy', id } as const
  return { source, policy: compilePolicy(parsed.document) }
}

export function callerWith(...identity: readonly SourcedPolicy<CompiledPolicy>[]): Caller {
  const arn = `arn:aws:iam::${accountId}:user/ann`
  return {
    principal: { kind: 'user', accountId, arn, userId: 'AIDAANN' },
    accountId,
    arn,
    userId: 'AIDAANN',
    userName: 'ann',
    accessKeyId: credentials.accessKeyId,
    contextKeys: new Map([['aws:username', 'ann']]),
    policies: { identity },
    inManagementAccount: false,
  }
}

const allowAll = identityPolicy('all', { Effect: 'Allow', Action: '*', Resource: '*' })

/** A small house: two reads and a write of IAM, two operations of STS, nothing stored. */
export interface House {
  /** Sends a request and gives its answer; never rejects. */
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>
  readonly events: GateEvent[]
  readonly bugs: unknown[]
  /** What was run, in order: `resolve GetUser`, `handle CreateUser`, `read`, `write` … */
  readonly steps: string[]
}

export interface HouseOptions {
  readonly caller?: Caller
  readonly lookup?: () => Promise<CredentialLookup>
  readonly prove?: (proof: CallerProof) => Promise<Caller>
  readonly decide?: Decide
  readonly ports?: Partial<GatePorts<GateScope>>
  readonly change?: (operation: AnyOperation<GateScope>) => AnyOperation<GateScope>
  /** The version a read sees, then the one the transaction sees. */
  readonly versions?: readonly [read: number, write: number]
  /** The caller as the transaction sees it. */
  readonly callerInTransaction?: Caller
}

export function house(options: HouseOptions = {}): House {
  const steps: string[] = []
  const events: GateEvent[] = []
  const bugs: unknown[] = []
  const caller = options.caller ?? callerWith(allowAll)
  const [readVersion, writeVersion] = options.versions ?? [1, 1]
  const ports: GatePorts<GateScope> = {
    services: services(steps, options.change ?? ((operation) => operation)),
    credentials: {
      lookup:
        options.lookup ??
        ((accessKeyId) =>
          Promise.resolve(
            accessKeyId === credentials.accessKeyId
              ? { ok: true, secretAccessKey: credentials.secretAccessKey, caller }
              : { ok: false, problem: 'invalid' },
          )),
      prove: (proof) => {
        steps.push(`prove ${proof.kind}`)
        return (options.prove ?? (() => Promise.reject(new Error('no proof'))))(proof)
      },
    },
    scopes: {
      read: (gate, work) => {
        steps.push('read')
        return work(gate, readVersion)
      },
      write: (gate, work) => {
        steps.push('write')
        return work({ ...gate, caller: options.callerInTransaction ?? gate.caller }, writeVersion)
      },
    },
    record: (event) => events.push(event),
    reportBug: (_id, cause) => bugs.push(cause),
    clock: () => now,
    stopwatch: () => 0,
    newRequestId: () => '00000000-0000-4000-8000-000000000000',
    resources: memoryResources(),
    ...options.ports,
  }
  const gate = createGate(ports, options.decide)
  // None of its services streams.
  const send = async (request: HttpRequest) => (await gate.answer(request)) as HttpAnswer
  return { send, events, bugs, steps }
}

function services(
  steps: string[],
  change: (operation: AnyOperation<GateScope>) => AnyOperation<GateScope>,
): ReadonlyMap<string, Service<GateScope>> {
  const operation = (
    service: string,
    name: string,
    output: unknown,
    rest: Partial<AnyOperation<GateScope>> = {},
  ) =>
    [
      name,
      change({
        service,
        name,
        mutates: false,
        resolve: () => {
          steps.push(`resolve ${name}`)
          return Promise.resolve(undefined)
        },
        authorize: (): readonly Check[] => [
          { resourceArn: `arn:aws:iam::${accountId}:user/bob`, resourceLabel: 'user bob' },
        ],
        handle: () => {
          steps.push(`handle ${name}`)
          return Promise.resolve(output)
        },
        ...rest,
      }),
    ] as const
  const user = {
    User: {
      Path: '/',
      UserName: 'bob',
      UserId: 'AIDABOB',
      Arn: `arn:aws:iam::${accountId}:user/bob`,
      CreateDate: now,
    },
  }
  const globalRegion = 'us-east-1'
  const iam = [
    operation('iam', 'GetUser', user),
    operation('iam', 'CreateUser', user, { mutates: true }),
  ]
  const anyCaller = { access: 'anyCaller', authorize: () => [] } as const
  const sts = [
    operation('sts', 'GetCallerIdentity', { Account: accountId }, anyCaller),
    operation('sts', 'AssumeRoleWithWebIdentity', {}, { access: 'anonymous' }),
    operation(
      'sts',
      'AssumeRoleWithSAML',
      {},
      {
        proof: (input: { RoleArn: string; PrincipalArn: string; SAMLAssertion: string }) => ({
          kind: 'saml',
          accountId,
          roleArn: input.RoleArn,
          principalArn: input.PrincipalArn,
          assertion: input.SAMLAssertion,
        }),
      },
    ),
  ]
  return new Map<string, Service<GateScope>>([
    ['iam', { model: loadModel('iam'), operations: new Map(iam), globalRegion }],
    ['sts', { model: loadModel('sts'), operations: new Map(sts), globalRegion }],
    ['organizations', { model: loadModel('organizations'), operations: new Map(), globalRegion }],
  ])
}

export interface Asked {
  readonly service?: string
  readonly region?: string
  readonly at?: Date
  readonly secretAccessKey?: string
  readonly accessKeyId?: string
  readonly headers?: readonly string[]
}

const formHeaders = [
  'Host',
  '127.0.0.1:4600',
  'Content-Type',
  'application/x-www-form-urlencoded; charset=utf-8',
]

/** An unsigned form. */
export function form(body: string, rawHeaders: readonly string[] = formHeaders): HttpRequest {
  return {
    method: 'POST',
    target: '/',
    rawHeaders,
    headers: headersOf(rawHeaders),
    body: Buffer.from(body),
    secure: false,
    remoteAddress: '192.0.2.1',
  }
}

function signingOptions(asked: Asked) {
  return {
    credentials: { ...credentials, ...asked },
    region: asked.region ?? 'us-east-1',
    service: asked.service ?? 'iam',
    now: asked.at ?? now,
  }
}

/** A form as a client signs it. */
export function signed(body: string, asked: Asked = {}): HttpRequest {
  const unsigned = form(body, asked.headers)
  return form(body, sign({ ...unsigned, body }, signingOptions(asked)))
}

/** The same parameters, as a presigned URL. */
export function presigned(query: string, asked: Asked = {}): HttpRequest {
  const rawHeaders = ['Host', '127.0.0.1:4600']
  const request = { ...form('', rawHeaders), method: 'GET', target: `/?${query}` }
  const target = presign({ ...request, body: '' }, { ...signingOptions(asked), expiresSeconds: 60 })
  return { ...request, target }
}

export const getUser = 'Action=GetUser&Version=2010-05-08&UserName=bob'
export const createUser = 'Action=CreateUser&Version=2010-05-08&UserName=bob'
export const getCallerIdentity = 'Action=GetCallerIdentity&Version=2011-06-15'

/** Code and message of an error in Query's form. */
export function errorOf(answer: HttpAnswer): { code: string; message: string } {
  const text = String(answer.body)
  return {
    code: /<Code>([^<]*)</.exec(text)?.[1] ?? '',
    message: /<Message>([^<]*)</.exec(text)?.[1] ?? '',
  }
}
