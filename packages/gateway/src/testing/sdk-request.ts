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
}

/** Calls the AWS SDK's client with a handler in the network's place; answers what it would send. */
export async function sendWith(
  service: string,
): Promise<(name: string, input: object) => Promise<HttpRequest | undefined>> {
  const packageName = `@aws-sdk/client-${packageOf[service] ?? service}`
  const sdk = (await import(packageName)) as Record<string, new (options: object) => object>
  const Client = Object.entries(sdk).find(([key]) => /^(?!__).*[^_]Client$/.test(key))?.[1]
  if (Client === undefined) throw new Error(`${packageName} has no client`)
  let caught: HttpRequest | undefined
  const client = new Client({
    region: 'eu-west-1',
    endpoint: 'https://127.0.0.1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    forcePathStyle: true,
    useQueueUrlAsEndpoint: false,
    requestHandler: {
      handle(request: SdkRequest) {
        caught = requestOf(request)
        return Promise.reject(new Error('caught'))
      },
    },
  }) as { send: (command: unknown) => Promise<unknown> }
  return async (name, input) => {
    const Command = sdk[`${name}Command`] as unknown as new (input: object) => object
    caught = undefined
    await client.send(new Command(input)).catch(() => undefined)
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
