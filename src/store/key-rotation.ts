import { type ExpressionBuilder, sql } from 'kysely'
import type { FirstUse } from '../domain/key-rotation.ts'
import type { Scope } from '../domain/names.ts'
import type { Db, Trx } from './dialect.ts'
import { NO_ROTATION } from './keys.ts'
import type { Tables } from './tables.ts'

export interface NewSecret {
  readonly digest: string
  readonly hint: string
}

export interface RotationFacts {
  /** Which secret is the old one from now on. */
  readonly old: 'own' | 'old'
  readonly startedAtMs: number
  readonly graceSeconds: number
  readonly hardEndMs: number
}

/** The new secret becomes the key's own. */
export async function beginRotation(
  trx: Trx,
  id: string,
  { digest, hint }: NewSecret,
  { old, startedAtMs, graceSeconds, hardEndMs }: RotationFacts,
): Promise<void> {
  await trx
    .updateTable('keys')
    .set((eb) => ({
      ...(old === 'own' && { old_digest: eb.ref('digest'), old_hint: eb.ref('hint') }),
      digest,
      hint,
      rotated_at_ms: startedAtMs,
      rotation_grace_seconds: graceSeconds,
      rotation_hard_end_ms: hardEndMs,
      rotation_used_at_ms: null,
      updated_at_ms: startedAtMs,
    }))
    .where('id', '=', id)
    .execute()
}

/** The old secret becomes the key's own again. */
export async function revertRotation(trx: Trx, id: string, nowMs: number): Promise<void> {
  await trx
    .updateTable('keys')
    .set((eb) => ({
      digest: eb.ref('old_digest').$notNull(),
      hint: eb.ref('old_hint').$notNull(),
      ...NO_ROTATION,
      updated_at_ms: nowMs,
    }))
    .where('id', '=', id)
    .where('old_digest', 'is not', null)
    .execute()
}

/** Forgets the old secret. `nowMs` when somebody wanted it so. */
export async function endRotation(trx: Trx, id: string, nowMs?: number): Promise<void> {
  await trx
    .updateTable('keys')
    .set({ ...NO_ROTATION, ...(nowMs !== undefined && { updated_at_ms: nowMs }) })
    .where('id', '=', id)
    .execute()
}

/** A key whose rotation came to something by itself. */
export interface RotatedKey extends Scope, RotationTimes {
  readonly id: string
  readonly name: string
  readonly hint: string
  readonly oldHint: string
}

interface RotationTimes {
  readonly startedAtMs: number
  readonly graceSeconds: number
  readonly hardEndMs: number
  readonly newUsedAtMs: number | null
}

/** The keys that wait for the first use of this secret, each with its use. */
export async function awaitedKeys(
  db: Db,
  uses: readonly FirstUse[],
): Promise<{ key: RotatedKey; use: FirstUse }[]> {
  const found: { key: RotatedKey; use: FirstUse }[] = []
  for (const use of uses) {
    const [key] = await rotatedKeys(db, (eb) =>
      eb.and([
        eb('id', '=', use.keyId),
        eb('digest', '=', use.digest),
        eb('rotation_used_at_ms', 'is', null),
      ]),
    )
    if (key !== undefined) found.push({ key, use })
  }
  return found
}

export async function setRotationUsed(trx: Trx, id: string, usedAtMs: number): Promise<void> {
  await trx
    .updateTable('keys')
    .set({ rotation_used_at_ms: usedAtMs })
    .where('id', '=', id)
    .execute()
}

/** Those whose old secret's time is over; so many at most. */
export async function endedRotations(db: Db, nowMs: number, max: number): Promise<RotatedKey[]> {
  return await rotatedKeys(db, (eb) => eb(OLD_ENDS_AT, '<=', nowMs), max)
}

/** When the next old secret ends. */
export async function nextRotationEndMs(db: Db): Promise<number | undefined> {
  const row = await db
    .selectFrom('keys')
    .select((eb) => eb.fn.min(OLD_ENDS_AT).as('at_ms'))
    .where('old_digest', 'is not', null)
    .executeTakeFirst()
  return (row?.at_ms as number | null | undefined) ?? undefined
}

/** See `oldSecretEndMs`. */
const OLD_ENDS_AT = sql<number>`case
  when rotation_used_at_ms + 1000 * rotation_grace_seconds < rotation_hard_end_ms
  then rotation_used_at_ms + 1000 * rotation_grace_seconds
  else rotation_hard_end_ms end`

async function rotatedKeys(
  db: Db,
  which: (
    eb: ExpressionBuilder<Tables, 'keys'>,
  ) => ReturnType<ExpressionBuilder<Tables, 'keys'>['and']>,
  max = 1,
): Promise<RotatedKey[]> {
  const rows = await db
    .selectFrom('keys')
    .selectAll()
    .where('old_digest', 'is not', null)
    .where(which)
    .limit(max)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    projectId: row.project_id,
    regionId: row.region_id,
    name: row.name,
    hint: row.hint,
    oldHint: row.old_hint!,
    startedAtMs: row.rotated_at_ms!,
    graceSeconds: row.rotation_grace_seconds!,
    hardEndMs: row.rotation_hard_end_ms!,
    newUsedAtMs: row.rotation_used_at_ms,
  }))
}
