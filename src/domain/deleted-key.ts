import type { Scope } from './names.ts'

/** How many days a deleted key can be brought back, unless told. */
export const DELETED_KEYS_DAYS = 30

/** A key that is no more. Its name is free for another. */
export interface DeletedKey extends Scope {
  readonly id: string
  readonly name: string
  readonly description: string
  /** Prefix and last four characters of the secret. */
  readonly hint: string
  readonly expireMs: number | null
  readonly deletedAtMs: number
  /** Who deleted it, as `Actor.name`. */
  readonly deletedBy: string
  /** It cannot be brought back. */
  readonly leaked: boolean
}
