/** How a program is handed its credentials: each way as AWS's clients look for them by themselves. */
import { randomBytes, randomUUID } from 'node:crypto'
import { answerContainer } from '@bailiwick/wire'
import type { Access } from '../api-client.ts'
import { openEndpoint } from './endpoint.ts'
import { instanceEndpoint } from './instance.ts'
import { renewed } from './renewed.ts'
import { roleCredentials, type AskCode, type RoleFlags } from './role-credentials.ts'
import { podService } from './session-tags.ts'
import { openTokenFile } from './token-file.ts'
import { webIdentityToken } from './web-identity.ts'

export interface Handover {
  /** What the program finds in its environment. */
  readonly variables: Readonly<Record<string, string>>
  /** Ends what the variables lead to. */
  close(): void
}

/** Where the agent of ECS answers. Source: ECS Developer Guide, "Task IAM role". */
export const ecsAddress = { host: '169.254.170.2', port: 80 } as const

const report = (message: string) => void process.stderr.write(`bailiwick: ${message}\n`)

async function containerCredentials(access: Access, flags: RoleFlags, askCode: AskCode) {
  const credentials = renewed(
    () => roleCredentials(access, flags, askCode),
    () => new Date(),
  )
  await credentials() // What is wrong is said before the program starts.
  return credentials
}

/**
 * By the full URI, from which every SDK renews by itself. The pods of EKS find the token in a file,
 * as its agent has it. Source: EKS User Guide, "EKS Pod Identity"; SDKs and Tools Reference Guide,
 * "Container credential provider".
 */
export async function handOverRole(
  access: Access,
  flags: RoleFlags,
  askCode: AskCode,
): Promise<Handover> {
  const credentials = await containerCredentials(access, flags, askCode)
  const authorizationToken = randomBytes(32).toString('base64url')
  const path = '/v1/credentials'
  const endpoint = await openEndpoint((request) =>
    answerContainer(request, { path, authorizationToken, credentials }),
  )
  const uri = { AWS_CONTAINER_CREDENTIALS_FULL_URI: endpoint.url + path }
  if (flags.service !== podService) {
    const variables = { ...uri, AWS_CONTAINER_AUTHORIZATION_TOKEN: authorizationToken }
    return { variables, close: () => endpoint.close() }
  }
  const file = await openTokenFile(() => Promise.resolve({ token: authorizationToken }), report)
  return {
    variables: { ...uri, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file.path },
    close() {
      endpoint.close()
      file.close()
    },
  }
}

/** By the relative URI, as ECS does: only whoever knows the path gets anything. */
export async function handOverTask(
  access: Access,
  flags: RoleFlags,
  askCode: AskCode,
): Promise<Handover> {
  const credentials = await containerCredentials(access, flags, askCode)
  const path = `/v2/credentials/${randomUUID()}`
  const endpoint = await openEndpoint(
    (request) => answerContainer(request, { path, credentials }),
    ecsAddress,
  )
  const variables = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path }
  return { variables, close: () => endpoint.close() }
}

export async function handOverInstance(access: Access, instanceId: string): Promise<Handover> {
  const answer = await instanceEndpoint(access, instanceId, randomBytes(32))
  const endpoint = await openEndpoint(answer)
  const variables = {
    AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint.url,
    AWS_EC2_METADATA_DISABLED: 'false',
  }
  return { variables, close: () => endpoint.close() }
}

/**
 * By a token that the program's own SDK trades for the role's credentials.
 * Source: EKS User Guide, "IAM roles for service accounts".
 */
export async function handOverToken(
  access: Access,
  serviceAccount: string | true,
  { role, sessionName = `bailiwick-${process.pid}` }: Pick<RoleFlags, 'role' | 'sessionName'>,
): Promise<Handover> {
  const { path, close } = await openTokenFile(
    () => webIdentityToken(access, serviceAccount),
    report,
  )
  const variables = {
    AWS_WEB_IDENTITY_TOKEN_FILE: path,
    AWS_ROLE_ARN: role,
    AWS_ROLE_SESSION_NAME: sessionName,
  }
  return { variables, close }
}
