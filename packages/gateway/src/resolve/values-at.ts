/** The strings at a path of members, through lists: `Entries.EventBusName`. */
export function valuesAt(value: unknown, path: string): readonly string[] {
  let held: readonly unknown[] = [value]
  for (const name of path.split('.')) {
    held = held.flatMap((each) => {
      if (typeof each !== 'object' || each === null || !Object.hasOwn(each, name)) return []
      const found = (each as Readonly<Record<string, unknown>>)[name]
      return Array.isArray(found) ? (found as readonly unknown[]) : [found]
    })
  }
  return held.filter((each): each is string => typeof each === 'string' && each !== '')
}
