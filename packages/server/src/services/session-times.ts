/**
 * From when to when a session lasts. Whole seconds, as Expiration and aws:TokenIssueTime are; cut
 * off, so that a session issued in the second of a revocation is among the revoked.
 */
export function sessionTimes(now: Date, durationSeconds: number) {
  const issuedSeconds = Math.floor(now.getTime() / 1000)
  return {
    issuedAt: new Date(issuedSeconds * 1000),
    expiresAt: new Date((issuedSeconds + durationSeconds) * 1000),
  }
}
