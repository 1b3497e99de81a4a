/**
 * What service-specific credentials look like.
 * Source: IAM API Reference, CreateServiceSpecificCredential, and the examples of its clients.
 */
export const credentialServices: readonly string[] = [
  'bedrock.amazonaws.com',
  'cassandra.amazonaws.com',
  'codecommit.amazonaws.com',
]

/** Bedrock's are API keys: an alias with a secret, which may expire. */
export function isApiKeyService(serviceName: string): boolean {
  return serviceName === 'bedrock.amazonaws.com'
}

/**
 * `Ann-at-111122223333`; the next `Ann+1-at-…`, with the smallest number that is free.
 * That the second carries a number is unconfirmed.
 *
 * @param taken The names of the user's other credentials for the service.
 */
export function serviceUserName(
  userName: string,
  accountId: string,
  taken: readonly string[],
): string {
  for (let number = 0; ; number++) {
    const name = `${userName}${number === 0 ? '' : `+${number}`}-at-${accountId}`
    if (!taken.includes(name)) return name // Ends: there are more numbers than taken names.
  }
}
