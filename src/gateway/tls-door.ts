import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { SecureContext, TLSSocket, Server as TlsServer } from 'node:tls'
import { contextOptions, type TlsMaterial } from './certificate-watch.ts'
import type { Connections, OpenConnection } from './connections.ts'
import type { Gateway } from './gateway.ts'
import { HttpConnection } from './http-connection.ts'
import { Http2Connections } from './http2-server.ts'
import { respondToPlainHttp } from './raw-answers.ts'

/** Speaks HTTP/1 on a connection: what Node's server for HTTP does with each of its own. */
export type AcceptHttp1 = (socket: Socket) => void

/** The first byte of every TLS connection: a handshake record. */
const HANDSHAKE = 0x16
// Newer versions of curl offer HTTP/1.0 by name when they are told to speak it.
const ALPN_PROTOCOLS = ['h2', 'http/1.1', 'http/1.0']

/**
 * TLS in front of a server for HTTP/1: its connections go through the handshake first, then to that same
 * server or, as the caller has chosen by ALPN, to HTTP/2.
 */
export class TlsDoor {
  readonly #server: Server
  readonly #acceptHttp1: AcceptHttp1
  readonly #gateway: Gateway
  readonly #connections: Connections
  readonly #tls: TlsServer
  readonly #http2: Http2Connections
  /** In the handshake, by the address and port of the caller. */
  readonly #greeting = new Map<string, TlsConnection>()
  #contexts: ReadonlyMap<string, SecureContext> = new Map()

  constructor(
    server: Server,
    acceptHttp1: AcceptHttp1,
    gateway: Gateway,
    connections: Connections,
    material: TlsMaterial,
  ) {
    this.#server = server
    this.#acceptHttp1 = acceptHttp1
    this.#gateway = gateway
    this.#connections = connections
    this.#http2 = new Http2Connections(gateway, connections)
    // Never listens: it is given its connections.
    this.#tls = tls().createServer({
      ...contextOptions(material, 0),
      ALPNProtocols: ALPN_PROTOCOLS,
      handshakeTimeout: gateway.limits.headersTimeoutMs,
      SNICallback: (name, done) => done(null, this.#contextFor(name)),
    })
    this.#tls.on('secureConnection', (socket) => this.#onSecure(socket))
    // No handshake came about: there is no language in which to say more.
    this.#tls.on('tlsClientError', (_error, socket) => socket.destroy())
    this.use(material)
    this.#leaveWith(server)
  }

  /** Handshakes from now on use these; connections that are open are not touched. */
  use(material: TlsMaterial): void {
    this.#tls.setSecureContext(contextOptions(material, 0))
    const contexts = new Map<string, { context: SecureContext; validToMs: number }>()
    for (const [index, { names, validToMs }] of material.pairs.entries()) {
      const context = tls().createSecureContext(contextOptions(material, index))
      for (const name of names) {
        // Of two for one name, the one that lasts longer: the other is about to be replaced.
        if ((contexts.get(name)?.validToMs ?? 0) < validToMs) {
          contexts.set(name, { context, validToMs })
        }
      }
    }
    this.#contexts = new Map([...contexts].map(([name, { context }]) => [name, context]))
  }

  /** A connection that was just accepted, for the count of all. Nothing is read from it before `greet`. */
  expect(socket: Socket): TlsConnection {
    return new TlsConnection(socket, this.#connections)
  }

  /** Lets the caller begin, with TLS or with the mistake of speaking HTTP in plain. */
  greet(connection: TlsConnection): void {
    const { socket } = connection
    const peer = peerOf(socket)
    this.#greeting.set(peer, connection)
    socket.once('close', () => this.#greeting.delete(peer))
    // Half-open connections are for those who answer a caller that has ended its side; nobody does here.
    socket.allowHalfOpen = false
    socket.on('error', () => {
      // The caller has gone: `close` follows.
    })
    socket.setTimeout(this.#gateway.limits.headersTimeoutMs, () => socket.destroy())
    socket.once('readable', () => this.#onFirstByte(socket))
  }

  #onFirstByte(socket: Socket): void {
    const first = socket.read(1) as Buffer | null
    if (first === null) {
      socket.destroy()
      return
    }
    socket.setTimeout(0)
    socket.removeAllListeners('timeout')
    socket.unshift(first)
    if (first[0] === HANDSHAKE) this.#tls.emit('connection', socket)
    else respondToPlainHttp(socket, this.#gateway.observers)
  }

  #onSecure(socket: TLSSocket): void {
    const peer = peerOf(socket)
    const connection = this.#greeting.get(peer)
    this.#greeting.delete(peer)
    // It has ended in the same moment.
    if (connection === undefined || socket.destroyed) {
      socket.destroy()
      return
    }
    socket.disableRenegotiation()
    if (socket.alpnProtocol === 'h2') connection.inner = this.#http2.take(socket)
    else {
      connection.inner = new HttpConnection(socket, this.#connections, this.#gateway)
      this.#acceptHttp1.call(this.#server, socket)
    }
  }

  #contextFor(name: string): SecureContext | undefined {
    const host = name.toLowerCase()
    return this.#contexts.get(host) ?? this.#contexts.get(host.replace(/^[^.]+/, '*'))
  }

  /** What the server knows nothing of ends with what it knows. */
  #leaveWith(server: Server): void {
    const { closeIdleConnections, closeAllConnections } = server
    server.closeIdleConnections = () => {
      closeIdleConnections.call(server)
      for (const { socket } of this.#greeting.values()) socket.destroy()
      this.#http2.close()
    }
    server.closeAllConnections = () => {
      closeAllConnections.call(server)
      for (const { socket } of this.#greeting.values()) socket.destroy()
      this.#http2.destroy()
    }
  }
}

/** A connection with TLS among all others: what its inner one says, as soon as there is one. */
class TlsConnection implements OpenConnection {
  readonly socket: Socket
  inner: OpenConnection | undefined
  readonly #openedUse: number

  constructor(socket: Socket, connections: Connections) {
    this.socket = socket
    this.#openedUse = connections.opened()
  }

  get isIdle(): boolean {
    return this.inner?.isIdle ?? true
  }

  get lastUse(): number {
    return this.inner?.lastUse ?? this.#openedUse
  }

  closeIdle(): void {
    if (this.inner === undefined) this.socket.destroy()
    else this.inner.closeIdle()
  }
}

/** Of all connections to one port, no two have the same. */
function peerOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}

/** Loaded when there is TLS: most gateways have a proxy for it. */
function tls() {
  return process.getBuiltinModule('node:tls')
}
