/** Where a sign-in may lead: to pages of the console, and nowhere else. */

/** Characters of an address. Chosen by us. */
export const addressCharsMax = 4096

/** What scripts written for AWS send. Source: AWS General Reference, console endpoints. */
const consoleHost =
  /^([a-z0-9-]+\.)*console\.(aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn)$/

/**
 * The path, query and fragment of a page of the console, whichever way it is called: AWS's own
 * addresses mean ours. Undefined for whatever else. A path that begins with two slashes would be
 * another host's name.
 *
 * @param consoleOrigin `https://iam.example.com`; absent: there is no console of ours.
 */
export function consoleDestination(text: string, consoleOrigin?: string): string | undefined {
  const url = parsedAddress(text)
  if (url === undefined) return undefined
  if (url.origin !== consoleOrigin && !consoleHost.test(url.hostname)) return undefined
  if (url.pathname.startsWith('//')) return undefined
  return url.pathname + url.search + url.hash
}

/** An http or https address as a browser reads it, without a user's name in it. */
export function parsedAddress(text: string): URL | undefined {
  if (text.length > addressCharsMax) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined
  return url.username === '' && url.password === '' ? url : undefined
}
