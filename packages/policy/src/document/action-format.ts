/** The form of `Action` and `NotAction` entries. Source: recorded from AWS. */

/**
 * AWS's message for a malformed entry; undefined for a well-formed one. White space around it is
 * accepted. Unknown services and names are well formed: they never match.
 */
export function actionFormatMessage(action: string): string | undefined {
  const trimmed = action.trim()
  if (trimmed === '*' || trimmed === '*:*') return undefined
  const parts = trimmed.split(':')
  const [vendor = ''] = parts
  if (parts.length === 1) {
    return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
  }
  if (parts.length > 2) return 'Actions/Condition can contain only one colon.'
  if (!/^[A-Za-z0-9.-]+$/.test(vendor)) return `Vendor ${vendor} is not valid`
  return undefined
}

/** Trust policies: any name of STS, and the bare wildcard (the latter chosen by us). */
export function isTrustAction(action: string): boolean {
  const trimmed = action.trim().toLowerCase()
  return trimmed === '*' || (trimmed.startsWith('sts:') && trimmed.split(':').length === 2)
}
