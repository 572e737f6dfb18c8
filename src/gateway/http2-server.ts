import type { Http2Server, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { newRequestId } from '../lib/ids.ts'
import type { Connections, OpenConnection } from './connections.ts'
import type { Gateway } from './gateway.ts'
import { cutOff, Http2Request, Http2Response } from './http2-exchange.ts'
import { translateHead } from './http2-head.ts'
import type { GatewayLimits } from './limits.ts'
import { respondToUnfit } from './raw-answers.ts'
import { renderProblem } from './respond.ts'

/** RFC 9113, 7. */
const INTERNAL_ERROR = 2
/** How long a caller may take to read that its connection ends. */
const LINGER_MS = 2000
/** Megabytes; streams, their headers and what waits to be sent, of one connection. */
const SESSION_MEMORY_MB = 10
/** The pseudo-headers, which are no headers to the limits. */
const PSEUDO_COUNT = 4
/** What RFC 9113, 6.5.2 counts for a header beside its name and value. */
const HEADER_OVERHEAD_BYTES = 32

/**
 * What one connection may ask for. Streams that are opened to be reset at once, the flood of
 * CVE-2023-44487, and frames that make no sense end the connection.
 */
function optionsFor(limits: GatewayLimits) {
  // Up to twice as much is read, so that it can be answered; more resets the stream.
  const pairsMax = 2 * limits.headerCountMax + PSEUDO_COUNT
  const settings = {
    maxConcurrentStreams: limits.streamsPerConnectionMax,
    maxHeaderListSize: 2 * limits.headerBytesMax + pairsMax * HEADER_OVERHEAD_BYTES,
    enableConnectProtocol: false,
  }
  return {
    settings,
    maxHeaderListPairs: pairsMax,
    maxSessionMemory: SESSION_MEMORY_MB,
    maxSettings: 32,
    maxSessionInvalidFrames: 100,
    maxSessionRejectedStreams: 100,
    streamResetBurst: 1000,
    streamResetRate: 33,
    // What a function answers is its own affair, repetitions included.
    strictSingleValueFields: false,
  }
}

/** As Node gives it; the headers as they came are the last part. */
type StreamEvent = [ServerHttp2Stream, unknown, number, readonly string[]]

/** The connections of one thread on which HTTP/2 is spoken: each stream of theirs is a request of the gateway. */
export class Http2Connections {
  readonly #gateway: Gateway
  readonly #connections: Connections
  readonly #server: Http2Server
  readonly #open = new Map<ServerHttp2Session, Http2Connection>()

  constructor(gateway: Gateway, connections: Connections) {
    this.#gateway = gateway
    this.#connections = connections
    // Never listens: it is given its connections. Loaded here because few threads need it.
    this.#server = process.getBuiltinModule('node:http2').createServer(optionsFor(gateway.limits))
    const onStream = (...[stream, , , raw]: StreamEvent) => this.#onStream(stream, raw)
    this.#server.on('stream', onStream as () => void)
    this.#server.on('sessionError', () => {
      // A caller that broke the protocol or was cut off; its streams have told their calls.
    })
  }

  /** Takes a connection whose handshake has settled on `h2`. */
  take(socket: TLSSocket): OpenConnection {
    let connection: Http2Connection | undefined
    this.#server.once('session', (session) => {
      connection = new Http2Connection(session, socket, this.#gateway.limits, this.#connections)
      this.#open.set(session, connection)
      session.once('close', () => this.#open.delete(session))
    })
    this.#server.emit('connection', socket)
    return connection!
  }

  /** Tells callers to go elsewhere; what is in flight goes on, and each connection ends with its last. */
  close(): void {
    for (const connection of this.#open.values()) connection.close()
  }

  destroy(): void {
    // With an error, so that no part of an answer looks like the whole.
    for (const session of this.#open.keys()) session.destroy(undefined, INTERNAL_ERROR)
  }

  #onStream(stream: ServerHttp2Stream, raw: readonly string[]): void {
    // Emitted in a later turn than the one in which the session may have been destroyed.
    const connection = stream.session && this.#open.get(stream.session as ServerHttp2Session)
    if (connection === undefined || stream.destroyed) return
    const { limits, observers } = this.#gateway
    const hasBody = !stream.endAfterHeaders
    stream.on('error', () => {
      // The caller has reset it or broke the protocol: `close` follows and tells the call.
    })
    connection.begin(stream)
    // As on every protocol: a server that leaves says so with the next answer.
    if (this.#gateway.isStopping) connection.closeAfterThese()
    const head = translateHead(raw, hasBody)
    const req = new Http2Request(stream, head, connection.remoteAddress)
    const res = new Http2Response(stream, req)
    stream.setTimeout(limits.stallTimeoutMs, () => cutOff(stream))
    if (hasBody) limitArrival(stream, res, limits.requestTimeoutMs)
    if (head.target === undefined) respondToUnfit(req, res, 'upgrade_not_supported', observers)
    else if (head.bytes > limits.headerBytesMax) {
      respondToUnfit(req, res, 'headers_too_large', observers)
    } else this.#gateway.handle(req, res)
  }
}

/** One connection: how many streams are open on it, and since when none. */
class Http2Connection implements OpenConnection {
  readonly remoteAddress: string | undefined
  readonly #session: ServerHttp2Session
  readonly #limits: GatewayLimits
  readonly #connections: Connections
  #streams = 0
  #requests = 0
  #isClosing = false
  #idle: NodeJS.Timeout
  lastUse: number

  constructor(
    session: ServerHttp2Session,
    socket: TLSSocket,
    limits: GatewayLimits,
    connections: Connections,
  ) {
    this.#session = session
    this.#limits = limits
    this.#connections = connections
    this.remoteAddress = socket.remoteAddress
    this.lastUse = connections.opened()
    // Pings do not keep a connection: only requests do.
    this.#idle = setTimeout(() => this.closeIdle(), limits.headersTimeoutMs)
    session.once('close', () => clearTimeout(this.#idle))
  }

  get isIdle(): boolean {
    return this.#streams === 0
  }

  begin(stream: ServerHttp2Stream): void {
    clearTimeout(this.#idle)
    this.#streams += 1
    this.#requests += 1
    this.lastUse = this.#connections.nextUse()
    stream.once('close', () => this.#ended())
    const { requestsPerConnectionMax } = this.#limits
    if (this.#requests === requestsPerConnectionMax) this.closeAfterThese()
  }

  /** Streams that have arrived in the same moment are served: GOAWAY names the last of them, before any answer. */
  closeAfterThese(): void {
    if (this.#isClosing) return
    this.#isClosing = true
    setImmediate(() => this.close())
  }

  /**
   * GOAWAY: no further streams; ends with the last one. RFC 9113, 6.8: the caller learns which was the last
   * stream that is served, and may send those that it has sent meanwhile again elsewhere.
   */
  close(): void {
    if (!this.#session.closed) this.#session.close()
  }

  closeIdle(): void {
    this.close()
    // A caller that does not read would never let it end.
    setTimeout(() => this.#session.destroy(), LINGER_MS).unref()
  }

  #ended(): void {
    this.#streams -= 1
    if (this.#streams > 0 || this.#session.closed) return
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.closeIdle(), this.#limits.keepAliveTimeoutMs)
  }
}

/** Ends a request whose body is not there in time. */
function limitArrival(stream: ServerHttp2Stream, res: Http2Response, timeoutMs: number): void {
  const timer = setTimeout(() => {
    res.takeOver(renderProblem('request_timeout', { requestId: newRequestId() }))
  }, timeoutMs)
  const forget = () => clearTimeout(timer)
  stream.once('end', forget)
  stream.once('close', forget)
}
