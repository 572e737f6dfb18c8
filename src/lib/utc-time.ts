/** `2023-08-22T11:21:00Z`: UTC in whole seconds, the form of every time in the REST API. */
export function utcSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** The same, or null for an absent time. */
export function utcSecondsOrNull(ms: number | null): string | null {
  return ms === null ? null : utcSeconds(ms)
}
