/**
 * Policy templates of delegation requests: a policy with placeholders `@{name}` in its strings.
 * Values are put into the parsed text, so none of them can end the string it stands in.
 *
 * Source: IAM User Guide, "Policy templates" of temporary delegation. Of a list of values a string
 * becomes as many, and of several lists every combination. That a value is missing or left over is
 * refused is chosen by us, as is which strings may become several.
 */
import type { PolicyParameter } from './delegation-entity.ts'

/** Characters of a policy with its parameters put in. Source: the same page. */
export const renderedPolicyCharsMax = 2048

export type RenderedPolicy =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: string }

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

class TemplateProblem extends Error {}

const placeholder = /@\{([^{}]*)\}/g

/** Strings that one string may become at most: four lists of ten. */
const expansionMax = 10_000

/** @param template JSON text. */
export function renderPolicyTemplate(
  template: string,
  parameters: readonly PolicyParameter[],
): RenderedPolicy {
  try {
    const values = valuesByName(parameters)
    const used = new Set<string>()
    const rendered = renderValue(JSON.parse(template) as Json, { values, used })
    const left = parameters.find(({ name }) => !used.has(name))
    if (left) throw new TemplateProblem(`the template has no parameter ${left.name}`)
    const text = JSON.stringify(rendered)
    if (text.length <= renderedPolicyCharsMax) return { ok: true, text }
    throw new TemplateProblem(
      `the policy has more than ${renderedPolicyCharsMax} characters with its parameters`,
    )
  } catch (error) {
    if (error instanceof TemplateProblem) return { ok: false, problem: error.message }
    if (error instanceof SyntaxError) return { ok: false, problem: 'the template is no JSON' }
    throw error
  }
}

interface Values {
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly used: Set<string>
}

function valuesByName(parameters: readonly PolicyParameter[]): Values['values'] {
  const byName = new Map<string, readonly string[]>()
  for (const { name, values, type } of parameters) {
    if (byName.has(name)) throw new TemplateProblem(`the parameter ${name} is given twice`)
    if (values.length === 0 || (type === 'string' && values.length > 1)) {
      throw new TemplateProblem(
        `the parameter ${name} takes ${type === 'string' ? 'one value' : 'values'}`,
      )
    }
    byName.set(name, values)
  }
  return byName
}

function renderValue(value: Json, given: Values): Json {
  if (typeof value === 'string') {
    const strings = expand(value, given)
    return strings.length === 1 ? (strings[0] ?? '') : strings
  }
  if (isList(value)) {
    return value.flatMap((item): readonly Json[] =>
      typeof item === 'string' ? expand(item, given) : [renderValue(item, given)],
    )
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const [name = '', ...more] = expand(key, given)
      if (more.length > 0) throw new TemplateProblem(`the key ${key} cannot be several`)
      return [name, renderValue(member, given)]
    }),
  )
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** The strings that one becomes: one, or every combination of the lists it names. */
function expand(text: string, { values, used }: Values): readonly string[] {
  let strings = ['']
  let end = 0
  for (const match of text.matchAll(placeholder)) {
    const name = match[1] ?? ''
    const inserted = values.get(name)
    if (!inserted) throw new TemplateProblem(`the parameter ${name} has no value`)
    used.add(name)
    const literal = text.slice(end, match.index)
    if (strings.length * inserted.length > expansionMax) {
      throw new TemplateProblem(`${text} becomes more than ${expansionMax} strings`)
    }
    strings = strings.flatMap((string) => inserted.map((value) => string + literal + value))
    end = match.index + match[0].length
  }
  return strings.map((string) => string + text.slice(end))
}
