import { Readable } from 'node:stream'
import type { Server } from 'node:http'

/** Attributes by name, as they stand in JSON. */
export type Item = Readonly<Record<string, unknown>>
export type Input = Readonly<Record<string, unknown>>

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** Asks dynalite for one of its operations. */
export type Ask = (operation: string, input: Input) => Promise<Answer>

/** It checks that a request has the form of a signed one, and nothing of what it says. */
const headers = {
  'content-type': 'application/x-amz-json-1.0',
  authorization: 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
}

/** Asks a server that does not listen. */
export function askOf(server: Server): Ask {
  return (operation, input) =>
    new Promise((resolve) => {
      const response = {
        statusCode: 200,
        setHeader: () => undefined,
        end(body: string) {
          resolve({ status: this.statusCode, body: JSON.parse(body) as Answer['body'] })
        },
      }
      const request = Object.assign(Readable.from([Buffer.from(JSON.stringify(input))]), {
        ...{ method: 'POST', url: '/' },
        headers: { ...headers, 'x-amz-target': `DynamoDB_20120810.${operation}` },
      })
      server.emit('request', request, response)
    })
}

/** The name of an error, without its namespace. */
export function errorOf({ body }: Answer): string {
  const { __type: type } = body
  return typeof type === 'string' ? type.slice(type.indexOf('#') + 1) : ''
}

export function messageOf({ body: { message, Message } }: Answer): string {
  return [message, Message].find((each) => typeof each === 'string') ?? ''
}

export function refusal(name: string, message: string, more: Input = {}): Answer {
  const __type = `com.amazonaws.dynamodb.v20120810#${name}`
  return { status: 400, body: { __type, message, ...more } }
}

export function invalid(message: string): Answer {
  return { status: 400, body: { __type: 'com.amazon.coral.validate#ValidationException', message } }
}
