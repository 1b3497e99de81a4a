import { headersOf, type HttpRequest } from '@bailiwick/wire'

interface SdkRequest {
  method: string
  path: string
  query: Record<string, string | readonly string[] | null>
  headers: Record<string, string>
  body?: string | Uint8Array
}

const packageOf: Readonly<Record<string, string>> = {
  secretsmanager: 'secrets-manager',
  events: 'eventbridge',
  logs: 'cloudwatch-logs',
  states: 'sfn',
  apigateway: 'api-gateway',
  'cognito-idp': 'cognito-identity-provider',
  ds: 'directory-service',
}

/** What the network would answer. */
export interface SdkResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export type SdkSend = (name: string, input: object) => Promise<unknown>

/**
 * The AWS SDK's client of a service, with a handler in the network's place.
 *
 * @param settings Of the client, in place of its own.
 */
export async function sdkClient(
  service: string,
  handle: (request: HttpRequest) => Promise<SdkResponse>,
  settings: object = {},
): Promise<SdkSend> {
  const packageName = `@aws-sdk/client-${packageOf[service] ?? service}`
  const sdk = (await import(packageName)) as Record<string, new (options: object) => object>
  const Client = Object.entries(sdk).find(([key]) => /^(?!__).*[^_]Client$/.test(key))?.[1]
  if (Client === undefined) throw new Error(`${packageName} has no client`)
  const client = new Client({
    region: 'eu-west-1',
    endpoint: 'https://127.0.0.1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    forcePathStyle: true,
    useQueueUrlAsEndpoint: false,
    requestHandler: {
      handle: async (request: SdkRequest) => ({ response: await handle(requestOf(request)) }),
    },
    ...settings,
  }) as { send: (command: unknown) => Promise<unknown> }
  return (name, input) => {
    const Command = sdk[`${name}Command`] as unknown as new (input: object) => object
    return client.send(new Command(input))
  }
}

/** Calls the AWS SDK's client; answers what it would send. */
export async function sendWith(
  service: string,
  settings?: object,
): Promise<(name: string, input: object) => Promise<HttpRequest | undefined>> {
  let caught: HttpRequest | undefined
  const caughtInstead = (request: HttpRequest) => {
    caught = request
    return Promise.reject(new Error('caught'))
  }
  const send = await sdkClient(service, caughtInstead, settings)
  return async (name, input) => {
    caught = undefined
    await send(name, input).catch(() => undefined)
    return caught
  }
}

function requestOf({ method, path, query, headers, body }: SdkRequest): HttpRequest {
  const pieces = Object.entries(query).flatMap(([name, value]) =>
    value === null
      ? [encodeURIComponent(name)]
      : [value].flat().map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`),
  )
  const rawHeaders = Object.entries(headers).flat()
  return {
    method,
    target: pieces.length === 0 ? path : `${path}?${pieces.join('&')}`,
    rawHeaders,
    headers: headersOf(rawHeaders),
    body: new Uint8Array(Buffer.from(body ?? '')),
    secure: true,
    remoteAddress: '192.0.2.1',
  }
}
