import type { WorkloadCredentials } from '@bailiwick/wire'

/**
 * Prints credentials as `credential_process` of an AWS config file has them.
 * Source: AWS SDKs and Tools Reference Guide, "Process credential provider".
 */
export function printCredentials(held: WorkloadCredentials): void {
  const printed = {
    Version: 1,
    AccessKeyId: held.accessKeyId,
    SecretAccessKey: held.secretAccessKey,
    SessionToken: held.sessionToken,
    Expiration: held.expiresAt.toISOString(),
    ...(held.accountId !== undefined && { AccountId: held.accountId }),
  }
  process.stdout.write(`${JSON.stringify(printed)}\n`)
}
