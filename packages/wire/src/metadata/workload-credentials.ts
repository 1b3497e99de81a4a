/** Temporary credentials as the programs that run with them are handed them. */
export interface WorkloadCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAt: Date
  /** When they were issued. */
  readonly issuedAt: Date
  /** ARN of the role, where it is known. */
  readonly roleArn?: string
  readonly accountId?: string
}
