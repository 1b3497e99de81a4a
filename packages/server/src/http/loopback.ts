/** Whether a host name or address, without port, is this machine's own. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
}

/** The name of a Host header or an authority, without its port. */
export function hostName(authority: string): string {
  const bracket = authority.indexOf(']')
  if (bracket !== -1) return authority.slice(0, bracket + 1)
  const colon = authority.lastIndexOf(':')
  return colon === -1 ? authority : authority.slice(0, colon)
}
