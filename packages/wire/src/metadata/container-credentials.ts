import { createHash, timingSafeEqual } from 'node:crypto'
import { rawPathOf } from '../http.ts'
import type { HttpAnswer, HttpRequest } from '../http.ts'
import { formatIsoSeconds } from '../protocol/timestamp.ts'
import type { WorkloadCredentials } from './workload-credentials.ts'

export interface ContainerEndpoint {
  /** Where it answers: `/v1/credentials`. */
  readonly path: string
  /** What the program sends in `Authorization`; absent, as in ECS: the path is what it must know. */
  readonly authorizationToken?: string
  /** Throws where there are none: the program is told so, and no more. */
  readonly credentials: () => Promise<WorkloadCredentials>
}

/**
 * The credentials endpoint of containers, as ECS and EKS Pod Identity have it: who shows the token
 * gets the credentials. Never throws.
 * Source: AWS SDKs and Tools Reference Guide, "Container credential provider".
 */
export async function answerContainer(
  request: HttpRequest,
  endpoint: ContainerEndpoint,
): Promise<HttpAnswer> {
  if (request.method !== 'GET' || !isSame(rawPathOf(request.target), endpoint.path)) {
    return refusal(404, 'ResourceNotFoundException', 'There are no credentials here.')
  }
  const { authorizationToken: token } = endpoint
  if (token !== undefined && !isSame(request.headers.get('authorization') ?? '', token)) {
    return refusal(401, 'AccessDeniedException', 'The authorization token is not the one expected.')
  }
  try {
    return json(200, credentialsJson(await endpoint.credentials()))
  } catch {
    return refusal(500, 'InternalServerException', 'The credentials could not be renewed.')
  }
}

function credentialsJson(held: WorkloadCredentials) {
  return {
    ...(held.roleArn !== undefined && { RoleArn: held.roleArn }),
    AccessKeyId: held.accessKeyId,
    SecretAccessKey: held.secretAccessKey,
    Token: held.sessionToken,
    Expiration: formatIsoSeconds(held.expiresAt),
    ...(held.accountId !== undefined && { AccountId: held.accountId }),
  }
}

/** In a time that does not tell how much of it was right. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

function refusal(status: number, code: string, message: string): HttpAnswer {
  return json(status, { code, message })
}

function json(status: number, body: object): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
