/**
 * The issuer URL of an account's outbound web identity federation: in the answers of IAM and in
 * the `iss` of the tokens of STS alike.
 *
 * @param federationId The UUID that is the id of its `OutboundWebIdentityFederation`.
 * Source: IAM API Reference, EnableOutboundWebIdentityFederation, Examples.
 */
export function outboundIssuer(federationId: string): string {
  return `https://${federationId}.tokens.sts.global.api.aws`
}
