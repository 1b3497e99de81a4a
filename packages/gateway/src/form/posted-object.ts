import { Readable } from 'node:stream'
import { escapeXml, headersOf, parseXml, rawPathOf, rawQueryOf } from '@bailiwick/wire'
import type { HttpRequest, XmlElement } from '@bailiwick/wire'
import { gateOriginOf } from '../forward/location.ts'
import type { GateAnswer, GateRequest } from '../ports.ts'
import { s3PlaceOf } from '../recognise/s3-place.ts'
import { Refusal } from '../refusal.ts'
import type { FormSigner } from './authenticate-form.ts'
import type { FormHead } from './multipart.ts'
import type { PostedFile } from './posted-file.ts'

/** The bucket that a form is posted to; undefined for what is no form for S3. */
export function bucketOfForm(request: HttpRequest): string | undefined {
  const { method, target, headers } = request
  const isForm = /^multipart\/form-data\b/i.test(headers.get('content-type') ?? '')
  const isElse = headers.has('authorization') || headers.has('x-amz-target')
  if (method !== 'POST' || !isForm || isElse || rawQueryOf(target) !== '') return undefined
  const place = s3PlaceOf(request)
  return place.ok && place.path === '/' ? place.labels['Bucket'] : undefined
}

const noBody = new Uint8Array()

/** Fields as they stand in the header of a PUT. Source: S3 API Reference, "POST Object". */
const headerNames: Readonly<Record<string, string>> = { acl: 'x-amz-acl' }
const headerFields =
  /^(acl|cache-control|content-(type|disposition|encoding|language)|expires|x-amz-(storage-class|website-redirect-location|meta-.+|server-side-encryption.*|checksum-.+|object-lock-.+))$/
/** Fields of the form's own. */
const ownFields =
  /^(key|bucket|policy|tagging|x-amz-(algorithm|credential|date|signature|security-token)|success_action_(redirect|status)|redirect|x-ignore-.*)$/

/** The fields with the name of the file where the key asks for it. @throws Refusal without a key. */
export function namedFields({ fields, fileName }: FormHead): ReadonlyMap<string, string> {
  const key = fields.get('key')?.replaceAll('${filename}', () => fileName)
  if (key !== undefined && key !== '') return new Map([...fields, ['key', key]])
  const message =
    "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields."
  throw new Refusal('InvalidArgument', message, 400)
}

/**
 * The PUT that says the same as a form: from here on it is decided and handed on as one. Chosen by us:
 * fields that begin with `x-amz-` and are not known are refused; others are left out, as S3 does.
 *
 * @throws Refusal
 */
export function putOfForm(
  request: GateRequest,
  fields: ReadonlyMap<string, string>,
  { length, stream, unframe }: PostedFile,
  { signedAt }: Pick<FormSigner, 'signedAt'>,
): GateRequest {
  const path = rawPathOf(request.target).replace(/\/$/, '')
  const target = `${path}/${encodedKey(fields.get('key') ?? '')}`
  const rawHeaders = ['Host', request.headers.get('host') ?? '']
  for (const name of ['user-agent', 'referer', 'accept']) {
    const value = request.headers.get(name)
    if (value !== undefined) rawHeaders.push(name, value)
  }
  for (const [name, value] of fields) {
    if (headerFields.test(name)) rawHeaders.push(headerNames[name] ?? name, value)
    else if (name.startsWith('x-amz-') && !ownFields.test(name)) {
      throw new Refusal('InvalidArgument', `The field '${name}' is not supported in a form.`, 400)
    }
  }
  const tagging = fields.get('tagging')
  if (tagging !== undefined) rawHeaders.push('x-amz-tagging', taggingOf(tagging))
  rawHeaders.push('content-length', String(length))
  const posted = { ...(signedAt && { signedAt }) }
  const body = { body: noBody, stream, ...(unframe && { unframe }) }
  const headers = headersOf(rawHeaders)
  return { ...request, method: 'PUT', target, rawHeaders, headers, ...body, posted }
}

/** That of a form of which nothing is known yet. */
export function unreadPut(request: GateRequest): GateRequest {
  const file = { length: 0, stream: () => Readable.from([]) }
  return putOfForm(request, new Map([['key', 'file']]), file, {})
}

function encodedKey(key: string): string {
  try {
    return key.split('/').map(encodeURIComponent).join('/')
  } catch {
    throw new Refusal('InvalidArgument', 'The key is not valid Unicode.', 400)
  }
}

/** `<Tagging>` as the query string that a header holds. */
function taggingOf(xml: string): string {
  const root = parseXml(xml)
  const set = root?.children.find(({ name }) => name === 'TagSet')
  if (root?.name !== 'Tagging' || set === undefined) {
    const message =
      'The XML you provided was not well-formed or did not validate against our published schema'
    throw new Refusal('MalformedXML', message, 400)
  }
  const textOf = (tag: XmlElement, name: string) =>
    tag.children.find((child) => child.name === name)?.text ?? ''
  const pairs = set.children.map((tag) => [textOf(tag, 'Key'), textOf(tag, 'Value')])
  return new URLSearchParams(pairs).toString()
}

/**
 * What a form is answered, once its object is there: 204, or as its policy let it ask.
 * Source: S3 API Reference, "POST Object", response and its elements.
 */
export function answerOfForm(
  request: GateRequest,
  put: GateRequest,
  bucket: string,
  fields: ReadonlyMap<string, string>,
  answer: GateAnswer,
): GateAnswer {
  if (answer.status >= 300) return answer
  if (typeof answer.body !== 'string' && !(answer.body instanceof Uint8Array)) answer.body.resume()
  const key = fields.get('key') ?? ''
  const { etag = '' } = answer.headers
  const place = gateOriginOf(request) + put.target
  const kept = Object.entries(answer.headers).filter(
    ([name]) => name === 'etag' || (name.startsWith('x-') && !name.startsWith('x-amz-checksum-')),
  )
  const headers = { ...Object.fromEntries(kept), location: place }
  const redirect = redirectOf(fields.get('success_action_redirect') ?? fields.get('redirect'))
  if (redirect !== undefined) {
    for (const pair of Object.entries({ bucket, key, etag })) redirect.searchParams.append(...pair)
    return { status: 303, headers: { ...headers, location: redirect.href }, body: '' }
  }
  const status = fields.get('success_action_status')
  if (status === '200') return { status: 200, headers, body: '' }
  if (status !== '201') return { status: 204, headers, body: '' }
  const elements = { Location: place, Bucket: bucket, Key: key, ETag: etag }
  const inside = Object.entries(elements).map(
    ([name, text]) => `<${name}>${escapeXml(text)}</${name}>`,
  )
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${inside.join('')}</PostResponse>`
  return { status: 201, headers: { ...headers, 'content-type': 'application/xml' }, body }
}

/** What is no address of the web counts as absent, as with S3. */
function redirectOf(text: string | undefined): URL | undefined {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^https?:$/.test(url.protocol) ? url : undefined
}
