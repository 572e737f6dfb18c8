import type { Migration } from 'kysely/migration'
import * as foundation from './0001-foundation.ts'

/** In order; a new one goes to the end and raises SCHEMA_VERSION. One that was released never changes. */
export const MIGRATIONS = {
  '0001-foundation': foundation,
} as const satisfies Record<string, Migration>
