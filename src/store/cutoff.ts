import { forgetBeforeMs } from '../domain/usage-time.ts'
import { readMark, setMark } from './marks.ts'
import type { Store } from './open.ts'

/** Before which moment a sweep forgets; remembered under the name, for the next one to go on from. */
export async function takeCutoff(
  { db, clock }: Pick<Store, 'db' | 'clock'>,
  name: `${string}_cutoff`,
  keptDays: number,
): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const mark = await readMark(trx, name)
    const previousMs = mark === undefined ? undefined : Number(mark)
    const cutoffMs = forgetBeforeMs(previousMs, clock.now(), keptDays)
    await setMark(trx, name, String(cutoffMs))
    return cutoffMs
  })
}
