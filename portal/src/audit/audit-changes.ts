/** A member of what the audit shows of a thing, before and after; undefined where it was or is not there. */
export interface MemberChange {
  readonly name: string
  readonly before: string | undefined
  readonly after: string | undefined
  readonly isChanged: boolean
}

/** All members of both, what changed first. */
export function changesOf(before: unknown, after: unknown): MemberChange[] {
  const [old, now] = [membersOf(before), membersOf(after)]
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  const changes = names.map((name) => {
    const [was, is] = [textOf(old[name]), textOf(now[name])]
    return { name, before: was, after: is, isChanged: was !== is }
  })
  return changes.sort((a, b) => Number(b.isChanged) - Number(a.isChanged))
}

function membersOf(shown: unknown): Readonly<Record<string, unknown>> {
  if (shown === null || shown === undefined) return {}
  if (typeof shown === 'object' && !Array.isArray(shown)) return shown as Record<string, unknown>
  return { value: shown }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
}
