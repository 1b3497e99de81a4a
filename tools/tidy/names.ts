import type { Finding, Subject } from './rule.ts'

const vague = /(^|[-/])(utils?|helpers?|common|managers?|misc)([-./]|$)|(^|\/)types\.tsx?$/
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/

/** Names say what is inside. React components are files in kebab-case as well. */
export function fileName({ path }: Subject): readonly Finding[] {
  const rule = 'file-name'
  if (vague.test(path)) {
    return [{ path, line: 1, rule, message: 'says nothing: name the file for what is inside' }]
  }
  const base = path.slice(path.lastIndexOf('/') + 1)
  if (kebabCase.test(base)) return []
  return [{ path, line: 1, rule, message: 'file names are kebab-case' }]
}
