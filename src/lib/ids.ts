import { randomBytes, randomUUID } from 'node:crypto'

/** A random UUID (RFC 9562, version 4), for anything that outlives the process. */
export function newId(): string {
  return randomUUID()
}

const processPart = randomBytes(6).toString('hex')
let requestCount = 0

/**
 * An id for one request: `req_`, twelve hex digits of this thread, a counter in base 36.
 * A counter costs a tenth of a random id, and the thread's part keeps it unique across processes.
 */
export function newRequestId(): string {
  requestCount += 1
  return `req_${processPart}${requestCount.toString(36).padStart(6, '0')}`
}
