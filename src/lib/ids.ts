import { randomBytes, randomUUID } from 'node:crypto'

/** A random UUID (RFC 9562, version 4), for anything that outlives the process. */
export function newId(): string {
  return randomUUID()
}

const processPart = randomBytes(6).toString('hex')
const LOW_DIGITS = Array.from({ length: 36 ** 2 }, (_, i) => i.toString(36).padStart(2, '0'))
let lowCount = 0
let highCount = 0
let prefix = ''

/**
 * An id for one request: `req_`, twelve hex digits of this thread, a counter in base 36.
 * A counter costs a tenth of a random id, and the thread's part keeps it unique across processes.
 */
export function newRequestId(): string {
  lowCount = (lowCount + 1) % LOW_DIGITS.length
  if (lowCount === 0) highCount += 1
  // Two digits from a table: a number is turned into text only once in 1,296 requests.
  if (lowCount === 0 || prefix === '') {
    prefix = `req_${processPart}${highCount.toString(36).padStart(4, '0')}`
  }
  return prefix + LOW_DIGITS[lowCount]!
}
