import type { Route } from '../domain/routes.ts'

/** The bounds that keep one caller, or one function, from taking everything. */
export interface GatewayLimits {
  /** The request line and all headers together; more is answered 431. */
  readonly headerBytesMax: number
  readonly headerCountMax: number
  /** The request target alone; more is answered 414. */
  readonly uriBytesMax: number
  /** Request bodies, chunked ones included; more is answered 413. A function's own limit can only be lower. */
  readonly bodyBytesMax: number
  /** From the first byte of a request to the end of its headers; later is answered 408. */
  readonly headersTimeoutMs: number
  /** From the first byte of a request to the end of its body; later is answered 408. */
  readonly requestTimeoutMs: number
  /** How long a connection may stay open between two requests. */
  readonly keepAliveTimeoutMs: number
  /** How long a connection may carry nothing in either direction while a request is in it. */
  readonly stallTimeoutMs: number
  /** Open connections over all threads; beyond them the longest idle one is closed, else the new one answered 503. */
  readonly connectionsMax: number
  /** Of these, from one address (see `addressGroup`); more are answered 429. 0 for any number. */
  readonly connectionsPerAddressMax: number
  /** The last of them is answered with `connection: close`. 0 for any number. */
  readonly requestsPerConnectionMax: number
  /** Requests of one connection at a time: further ones of HTTP/1 wait, of HTTP/2 they end the connection. */
  readonly streamsPerConnectionMax: number
  /** Requests that may wait for an instance, per function and thread; more are answered 503. */
  readonly queueLengthMax: number
  /** How long one of them may wait; longer is answered 503. */
  readonly queueWaitMs: number
  /** The part of a request body that is kept, so that it can be sent again to another instance. */
  readonly repeatBytesMax: number
  /** An instance that does not answer a ping for so long hangs. */
  readonly pongTimeoutMs: number
}

export const DEFAULT_GATEWAY_LIMITS: GatewayLimits = {
  headerBytesMax: 16 * 1024,
  headerCountMax: 200,
  uriBytesMax: 8 * 1024,
  bodyBytesMax: 64 * 1024 * 1024,
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 300_000,
  // Longer than the 60 s after which common load balancers drop an idle connection, so that they do it first.
  keepAliveTimeoutMs: 65_000,
  // Longer than the longest time limit of a function and the longest wait for an instance together.
  stallTimeoutMs: 300_000,
  connectionsMax: 10_000,
  connectionsPerAddressMax: 1000,
  requestsPerConnectionMax: 10_000,
  streamsPerConnectionMax: 100,
  queueLengthMax: 1000,
  queueWaitMs: 30_000,
  repeatBytesMax: 64 * 1024,
  pongTimeoutMs: 1000,
}

/** The largest body that a caller may send to a function. */
export function bodyBytesMaxOf(
  route: Pick<Route, 'bodyBytesMax'>,
  limits: Pick<GatewayLimits, 'bodyBytesMax'>,
): number {
  // Also absent, where a route was written to a node's disk before there was such a limit.
  const own = route.bodyBytesMax || Number.POSITIVE_INFINITY
  return Math.min(own, limits.bodyBytesMax)
}
