/** What a project asks of its keys, and when it wants to be told of them. */
export interface KeySettings {
  /** From its creation or its renewal to its expiry; null for as long as one likes. */
  readonly keyLifeDaysMax: number | null
  readonly keysMustExpire: boolean
  /** How many days before its expiry a key is told of; most first. */
  readonly noticeDays: readonly number[]
  /** A key that opened nothing for so many days is told of; 0 for never. */
  readonly unusedDays: number
  readonly noticeEmails: readonly string[]
}
