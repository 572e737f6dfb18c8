import { Backlog } from '../lib/backlog.ts'
import { JsonLineBuffer } from '../lib/json-line-buffer.ts'
import { mayHoldSecret, scrubbed } from '../observability/scrub.ts'
import { AccessLineWriter } from './access-line.ts'
import type { CallObserver, EarlyRefusal, EndedCall } from './ended-call.ts'

/** What a gateway thread needs to know of the access log. */
export interface AccessLogShare {
  readonly withQuery: boolean
  /** Of the `Backlog` that all threads and the writer have in common. */
  readonly backlog: SharedArrayBuffer
}

/** Where the lines of all threads go. */
export interface AccessLogTarget {
  readonly withQuery: boolean
  /** Of bytes; see `AccessLogShare`. */
  readonly backlog: Backlog
  readonly take: TakeLines
}

export function shareOfLog({ withQuery, backlog }: AccessLogTarget): AccessLogShare {
  return { withQuery, backlog: backlog.buffer }
}

/** Whole lines; they are the receiver's own. */
export type TakeLines = (lines: Uint8Array<ArrayBuffer>, count: number) => void

/** Bytes that may wait for the disk; what would come on top is dropped. */
export const ACCESS_LOG_BACKLOG_BYTES = 8 * 1024 * 1024
/** To wake the thread that writes costs as much as a hundred lines. */
const BATCH_BYTES = 256 * 1024
/** A line waits no longer, so no more is lost when the process is killed. */
const BATCH_MS = 200

/** The access log of one thread: lines are gathered in memory and handed on in batches. */
export class AccessLog implements CallObserver {
  readonly #writer: AccessLineWriter
  readonly #backlog: Backlog
  readonly #take: TakeLines
  readonly #batch = new JsonLineBuffer(BATCH_BYTES)
  #count = 0
  #isTimed = false

  constructor(share: AccessLogShare, take: TakeLines) {
    this.#writer = new AccessLineWriter(share.withQuery)
    this.#backlog = new Backlog(ACCESS_LOG_BACKLOG_BYTES, share.backlog)
    this.#take = take
  }

  ended(call: EndedCall): void {
    this.#makeRoom(this.#writer.callBytesMax(call))
    this.#writer.writeCall(call, this.#batch)
    this.#added()
  }

  refusedEarly(refusal: EarlyRefusal): void {
    this.#makeRoom(this.#writer.refusalBytesMax(refusal))
    this.#writer.writeRefusal(refusal, this.#batch)
    this.#added()
  }

  /** Hands on what has been gathered. */
  flush(): void {
    if (this.#count === 0) return
    const lines = this.#scrubbed()
    if (this.#backlog.tryAdd(lines.length)) this.#take(lines, this.#count)
    else this.#backlog.drop(this.#count)
    this.#batch.reset()
    this.#count = 0
    this.#writer.setClock()
  }

  onTime(): void {
    this.#isTimed = false
    this.flush()
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#batch.room) return
    this.flush()
    if (bytes > this.#batch.room) this.#batch.reset(bytes)
  }

  #added(): void {
    this.#count += 1
    if (this.#isTimed) return
    this.#isTimed = true
    setTimeout(onTime, BATCH_MS, this).unref()
  }

  /** A copy. Secrets are looked for in all lines at once: they are nearly never there. */
  #scrubbed(): Uint8Array<ArrayBuffer> {
    const lines = this.#batch.written()
    if (!mayHoldSecret(lines)) return new Uint8Array(lines)
    return new Uint8Array(Buffer.from(scrubbed(lines.toString('latin1')), 'latin1'))
  }
}

function onTime(log: AccessLog): void {
  log.onTime()
}
