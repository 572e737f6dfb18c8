import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from '../lib/http.ts'
import type { Gateway } from './gateway.ts'
import { respondToBrokenRequest, respondToUpgrade } from './raw-answers.ts'

/** The HTTP server in front of a gateway, with Node's own strict parser. Not yet listening. */
export function createGatewayServer(gateway: Gateway): Server {
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
    // An upgrade that nobody must follow (h2c, which curl offers) is an ordinary request.
    shouldUpgradeCallback: (req) => /\bwebsocket\b/i.test(req.headers.upgrade ?? ''),
  })
  // Node would leave out what comes after its own bound, silently; the gateway counts and refuses.
  server.maxHeadersCount = 0
  // A caller that stops reading would keep what is left of its answer in memory for ever.
  server.timeout = limits.stallTimeoutMs
  const handle = (req: IncomingMessage, res: ServerResponse) => gateway.handle(req, res)
  server.on('request', handle)
  server.on('checkContinue', handle)
  server.on('checkExpectation', handle)
  const { observers } = gateway
  server.on('upgrade', (req, socket) => respondToUpgrade(req, socket, observers))
  server.on('connect', (req, socket) => respondToUpgrade(req, socket, observers))
  server.on('clientError', (error, socket) => respondToBrokenRequest(error, socket, observers))
  return server
}
