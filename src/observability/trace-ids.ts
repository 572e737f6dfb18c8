import { randomFillSync } from 'node:crypto'

const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

/** Random bytes are asked for by the page: one id at a time would cost ten times as much. */
const pool = Buffer.alloc(4096)
let used = pool.length

/** 32 hexadecimal digits. */
export function newTraceId(): string {
  return randomHex(TRACE_ID_BYTES)
}

/** 16 hexadecimal digits. */
export function newSpanId(): string {
  return randomHex(SPAN_ID_BYTES)
}

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return pool.toString('hex', used - bytes, used)
}
