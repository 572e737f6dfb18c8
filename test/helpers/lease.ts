import { join } from 'node:path'
import { Lease } from '../../src/feed/lease.ts'
import { systemClock } from '../../src/lib/clock.ts'

/** Of a node that may serve without control as long as it likes, unless a limit is given. */
export function testLease(
  folder: string,
  staleAfterMs = 0,
  onUntil: (ms: number) => void = () => {},
) {
  return new Lease({ staleAfterMs, path: join(folder, 'confirmed'), clock: systemClock, onUntil })
}
