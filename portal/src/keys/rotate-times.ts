export const OWN_DATE = 'own'
const DAY_MS = 86_400_000

/** As the API takes it: so many days from now, or the date of a field in the reader's zone. */
export function hardEndOf(choice: string, ownDate: string, nowMs: number): string {
  const ms = choice === OWN_DATE ? new Date(ownDate).getTime() : nowMs + Number(choice) * DAY_MS
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** As a field of type `datetime-local` has it. */
export function localDateTime(ms: number): string {
  const zoneMs = new Date(ms).getTimezoneOffset() * 60_000
  return new Date(ms - zoneMs).toISOString().slice(0, 16)
}
