import { unreachable } from '../lib/assert.ts'
import type { NewEvent } from './events.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The event in one sentence, without a full stop: "Key partner expires in 7 days". */
export function eventTitle(
  event: Pick<NewEvent, 'type' | 'keyName' | 'data'> & { readonly atMs: number },
): string {
  return `Key ${event.keyName} ${predicate(event)}`
}

function predicate({ type, data = {}, atMs }: Parameters<typeof eventTitle>[0]): string {
  switch (type) {
    case 'key.created':
      return 'was created'
    case 'key.rotated':
      return 'got a new secret'
    case 'key.disabled':
      return 'was disabled'
    case 'key.enabled':
      return 'was enabled'
    case 'key.deleted':
      return 'was deleted'
    case 'key.restored':
      return 'was brought back'
    case 'key.leaked':
      return 'leaked and was deleted'
    case 'key.expiring':
      return `expires in ${timeLeft(Date.parse(String(data.expires_at)) - atMs)}`
    case 'key.expired':
      return 'has expired'
    case 'key.unused':
      return `opened nothing for ${count(Number(data.unused_days), 'day')}`
    case 'key.new-address':
      return `was used from a new address, ${data.address}`
    default:
      return unreachable(type)
  }
}

/** A notice may be late: what is said is what is left when it is given. */
function timeLeft(ms: number): string {
  if (ms < HOUR_MS) return 'less than an hour'
  const hours = Math.round(ms / HOUR_MS)
  return hours < 24 ? count(hours, 'hour') : count(Math.round(ms / DAY_MS), 'day')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
