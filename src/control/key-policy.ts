import { PublicError } from '../domain/errors.ts'
import { judgeExpiry } from '../domain/key-policy.ts'
import { unreachable } from '../lib/assert.ts'
import { utcSeconds } from '../lib/utc-time.ts'
import type { Db } from '../store/dialect.ts'
import { readKeySettings } from '../store/key-settings.ts'

/** Refuses an expiry that the project does not let a key have that is created, renewed or restored now. */
export async function requirePolicy(
  db: Db,
  projectId: number,
  expireMs: number | null,
  nowMs: number,
): Promise<void> {
  const verdict = judgeExpiry(await readKeySettings(db, projectId), expireMs, nowMs)
  switch (verdict.kind) {
    case 'allowed':
      return
    case 'must-expire':
      throw refusal('Keys of this project must expire.', 'must be given')
    case 'too-long': {
      const latest = utcSeconds(verdict.latestMs)
      throw refusal(
        `Keys of this project last for ${verdict.daysMax} days at most.`,
        `must not be later than ${latest}`,
      )
    }
    default:
      unreachable(verdict)
  }
}

function refusal(sentence: string, message: string): PublicError {
  return new PublicError('key_policy', sentence, [{ field: 'expire', message }])
}
