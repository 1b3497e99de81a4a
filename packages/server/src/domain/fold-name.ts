/**
 * The form of a name under which it is unique: IAM compares the names of users, roles, groups and
 * policies ignoring case, and keeps them as they were written.
 *
 * Folds the letters A–Z alone. IAM's names are ASCII (`[\w+=,.@-]`), for which this is all there
 * is; beyond ASCII, folding depends on the Unicode version of the runtime and brings different
 * names together (the Kelvin sign and `k`), and what a stored key equals may never change.
 *
 * Source: IAM User Guide, "IAM and AWS STS quotas", names. ASCII alone: chosen by us.
 */
export function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
