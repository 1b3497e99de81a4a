/** Findings about policy variables. Source: IAM User Guide, "Policy variables and tags". */
import { found, type RuleFinding } from './finding.ts'
import type { Located, PolicyView } from './policy-view.ts'

export function* variableFindings(policy: PolicyView): Generator<RuleFinding> {
  for (const statement of policy.statements) {
    const values = statement.conditions.flatMap((condition) => condition.values)
    for (const place of [...statement.resources, ...statement.notResources, ...values]) {
      yield* inPlace(policy, place)
    }
    const elsewhere = [
      ...statement.actions,
      ...statement.notActions,
      ...statement.principals,
      ...statement.notPrincipals,
    ]
    for (const place of elsewhere) {
      if (!place.value.includes('${')) continue
      const details = `${place.value}: policy variables stand in resources and condition values only.`
      yield found('VARIABLE_UNSUPPORTED_IN_ELEMENT', place, details, 'Write the value itself.')
    }
  }
}

function* inPlace(policy: PolicyView, place: Located): Generator<RuleFinding> {
  let at = place.value.indexOf('${')
  if (at !== -1 && policy.version?.value !== '2012-10-17') {
    const details = `${place.value} is taken literally: variables need version 2012-10-17.`
    const advice = 'Write "Version": "2012-10-17".'
    yield found('VARIABLE_UNSUPPORTED_IN_VERSION', place, details, advice)
  }
  while (at !== -1) {
    const end = place.value.indexOf('}', at)
    if (end === -1) {
      const details = `${place.value} has a variable without its closing brace.`
      yield found('MISSING_BRACE_IN_VARIABLE', place, details, 'Add "}".')
      return
    }
    yield* oneVariable(place, place.value.slice(at + 2, end))
    at = place.value.indexOf('${', end)
  }
}

function* oneVariable(place: Located, variable: string): Generator<RuleFinding> {
  if (variable === '*' || variable === '?' || variable === '$') return
  const comma = variable.indexOf(',')
  const key = comma === -1 ? variable : variable.slice(0, comma)
  if (key.trim() === '') {
    const details = 'A policy variable without a name.'
    yield found('EMPTY_VARIABLE', place, details, 'Name the condition key: ${aws:username}.')
  } else if (/\s/.test(key)) {
    const details = `\${${variable}} has white space in its name.`
    yield found('UNSUPPORTED_SPACE_IN_VARIABLE', place, details, 'Remove it.')
  } else if (comma !== -1 && !/^, '[^']*'$/.test(variable.slice(comma))) {
    const details = `\${${variable}}: a default value stands in single quotes after a comma and a space.`
    const advice = `Write \${${key}, 'value'}.`
    yield found('MISSING_QUOTE_IN_VARIABLE', place, details, advice)
  }
}
