/** How many days before its expiry a key is told of, unless the project says otherwise. */
export const NOTICE_DAYS: readonly number[] = [30, 14, 7, 1]
/** A key that opened nothing for so long is told of. */
export const UNUSED_DAYS = 90

export interface Project {
  readonly id: number
  readonly name: string
  readonly description: string | null
  readonly isDefault: boolean
  readonly createdAtMs: number
}

export interface Region {
  readonly id: number
  readonly displayName: string
  readonly createdAtMs: number
}
