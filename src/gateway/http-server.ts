import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createServer } from '../lib/http.ts'
import type { TlsMaterial } from './certificate-watch.ts'
import type { Connections } from './connections.ts'
import type { Gateway } from './gateway.ts'
import { HttpConnection } from './http-connection.ts'
import { respondToBrokenRequest, respondToStall, respondToTunnel } from './raw-answers.ts'
import { RefusedConnections } from './refused-connections.ts'
import { TlsDoor } from './tls-door.ts'

export interface GatewayServer {
  readonly server: Server
  /** Undefined when it speaks plain HTTP. */
  readonly door: TlsDoor | undefined
}

/** The HTTP server in front of a gateway, with Node's own strict parser. Not yet listening. */
export function createGatewayServer(
  gateway: Gateway,
  connections: Connections,
  tls?: TlsMaterial,
): GatewayServer {
  const { limits } = gateway
  const server = createServer({
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // How often the two limits above are looked at; Node's own 30 s would make them half a minute late.
    connectionsCheckingInterval: 1000,
    // Checked by the gateway, whose answer has a request id.
    requireHostHeader: false,
    // Saves a stream's events on every request without a body.
    optimizeEmptyRequests: true,
    // An offer that nobody must take (h2c, which curl makes) leaves an ordinary request, and the gateway refuses
    // what is none. But the parser stops behind such a request and drops what came with it, so that the next
    // one could begin anywhere: there is no next one.
    shouldUpgradeCallback(req) {
      HttpConnection.of(req.socket)?.endAfterNext()
      return false
    },
  })
  // Node would leave out what comes after its own bound, silently; the gateway counts and refuses.
  server.maxHeadersCount = 0
  // A caller that stops reading would keep what is left of its answer in memory for ever.
  server.timeout = limits.stallTimeoutMs
  const handle = (req: IncomingMessage, res: ServerResponse) => {
    HttpConnection.of(req.socket)!.onRequest(req, res)
  }
  server.on('request', handle)
  server.on('checkContinue', handle)
  server.on('checkExpectation', handle)
  const { observers } = gateway
  server.on('connect', (req, socket) => respondToTunnel(req, socket, observers))
  server.on('clientError', (error, socket) => respondToBrokenRequest(error, socket, observers))
  server.on('timeout', (socket) => respondToStall(socket))
  return { server, door: guard(server, connections, gateway, tls) }
}

/** Puts the decision whether there may be one more connection before Node's own work on it. */
function guard(
  server: Server,
  connections: Connections,
  gateway: Gateway,
  tls: TlsMaterial | undefined,
): TlsDoor | undefined {
  const accept = server.listeners('connection')[0] as (socket: Socket) => void
  const door = tls && new TlsDoor(server, accept, gateway, connections, tls)
  const refused = new RefusedConnections(gateway.observers)
  server.removeAllListeners('connection')
  server.on('connection', (socket) => {
    const greeted = door?.expect(socket)
    const connection = greeted ?? new HttpConnection(socket, connections, gateway)
    const admittance = connections.admit(connection, socket.remoteAddress ?? '')
    if (admittance.kind === 'refused') {
      // Telling it why would take the handshake, which costs more than anything else here.
      if (door !== undefined) socket.destroy()
      else refused.refuse(socket, admittance.code)
      return
    }
    socket.once('close', () => connections.leave(admittance.place))
    if (greeted === undefined) accept.call(server, socket)
    else door!.greet(greeted)
  })
  return door
}
