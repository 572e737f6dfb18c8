/*
 * What the path of a request needs of the request and the response that carry it. Those of Node's HTTP/1
 * server fit as they are; `http2-exchange.ts` has the same for a stream of HTTP/2.
 */

export interface CallerRequest {
  readonly method?: string | undefined
  /** The request target as it was written. */
  readonly url?: string | undefined
  /** `1.0`, `1.1` or `2.0`. */
  readonly httpVersion: string
  /** What it is read as: a request of HTTP/2 is translated to 1.1. */
  readonly httpVersionMajor: number
  readonly httpVersionMinor: number
  /** `[name, value, name, value, ...]` in the order of the wire. */
  readonly rawHeaders: string[]
  /** Whether nothing of it stands in the way of what comes next on the connection. */
  readonly complete: boolean
  readonly socket: CallerSocket
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'end', listener: () => void): unknown
  once(event: 'end', listener: () => void): unknown
  pause(): unknown
  resume(): unknown
}

/** The connection, as far as one request may touch it. */
export interface CallerSocket {
  readonly remoteAddress?: string | undefined
  /** Set on connections with TLS. */
  readonly encrypted?: boolean
  /** Ends what carries the request, in the middle of whatever it carries. */
  destroy(): unknown
  /** The same in a way that no caller takes for an orderly end. */
  resetAndDestroy(): unknown
}

export interface CallerResponse {
  readonly req: Pick<CallerRequest, 'once' | 'resume'>
  readonly statusCode: number
  readonly headersSent: boolean
  /** Whether `end` was called. */
  readonly writableEnded: boolean
  /** Whether all of it was given to the system. */
  readonly writableFinished: boolean
  writeContinue(): unknown
  writeHead(status: number, fields: string[]): unknown
  flushHeaders(): unknown
  /** False when the caller takes no more for now; `drain` follows. */
  write(chunk: Buffer | string): boolean
  end(): unknown
  end(chunk: Buffer | string): unknown
  end(text: string, encoding: BufferEncoding): unknown
  /** `close` comes once, whether the answer was sent or the caller has gone. */
  on(event: 'close', listener: () => void): unknown
  once(event: 'close' | 'drain', listener: () => void): unknown
}
