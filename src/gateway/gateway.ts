import type { ErrorCode } from '../domain/errors.ts'
import type { Route } from '../domain/routes.ts'
import type { Clock } from '../lib/clock.ts'
import { newRequestId } from '../lib/ids.ts'
import { refusalOf } from './admit.ts'
import { authenticate } from './authenticate.ts'
import { Call, type CallHost } from './call.ts'
import type { CallerRequest, CallerResponse } from './caller.ts'
import { isPreflight, preflightHeaders } from './cors.ts'
import type { Dispatcher } from './dispatch.ts'
import type { CallObserver } from './ended-call.ts'
import type { Forwarding } from './forwarded.ts'
import { type KeyTable, NO_KEY } from './key-table.ts'
import { bodyBytesMaxOf, type GatewayLimits } from './limits.ts'
import { isMalformed, readRequestHead } from './request-head.ts'
import { isMalformedTarget, locate } from './route.ts'
import type { RouteTable } from './route-table.ts'
import type { CallTracer } from './tracing.ts'

export interface GatewayOptions {
  readonly limits: GatewayLimits
  readonly forwarding: Forwarding
  /** Functions answer at `<label>.<domain>` too; undefined for by path only. */
  readonly domain: string | undefined
  readonly routes: RouteTable
  readonly keys: KeyTable
  readonly clock: Clock
  /** Told of each call when it has ended. */
  readonly observers: readonly CallObserver[]
  /** Undefined when nothing is traced. */
  readonly tracer?: CallTracer | undefined
  /** An error in the gateway's own code, which the caller is told nothing of. */
  readonly onInternalError: (error: unknown, requestId: string) => void
}

/** Unlike other offers to speak something else, its maker can do nothing with an ordinary answer. */
const WEBSOCKET = /\bwebsocket\b/i
/** Refusals that may end by themselves soon. */
const RETRY_AFTER_SECONDS = 1

/** What happens to a request: route, preflight, authenticate, disabled, no version, dispatch, respond. */
export class Gateway implements CallHost {
  readonly limits: GatewayLimits
  readonly forwarding: Forwarding
  readonly observers: readonly CallObserver[]
  isStopping = false
  /** Whether the tables are too old to be trusted. */
  isStale = false
  readonly #options: GatewayOptions
  #dispatcher: Dispatcher | undefined

  constructor(options: GatewayOptions) {
    this.#options = options
    this.limits = options.limits
    this.forwarding = options.forwarding
    this.observers = options.observers
  }

  set dispatcher(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher
  }

  handle(req: CallerRequest, res: CallerResponse): void {
    const head = readRequestHead(req.rawHeaders)
    this.#options.tracer?.begin(head)
    const place = locate(req.url!, head.host, this.#options.domain)
    const call = new Call(this, req, res, newRequestId(), head, place)
    try {
      this.#decide(call, req)
    } catch (error) {
      this.#options.onInternalError(error, call.requestId)
      call.refuse('internal_error', { close: true })
    }
  }

  #decide(call: Call, req: CallerRequest): void {
    const unfit = this.#unfit(call, req)
    if (unfit !== undefined) {
      call.refuse(unfit, { close: true })
      return
    }
    if (this.isStale) {
      call.refuse('stale', { retryAfterSeconds: RETRY_AFTER_SECONDS })
      return
    }
    const route = this.#routeOf(call)
    if (route !== undefined && isPreflight(req.method!, call.head)) {
      call.respondEmpty(204, preflightHeaders(call.head))
      return
    }
    if (!this.#admit(call, route)) return
    if ((call.head.contentLength ?? 0) > bodyBytesMaxOf(call.route!, this.limits)) {
      call.refuse('function_body_too_large', { close: true })
      return
    }
    this.#dispatcher!.dispatch(call)
  }

  #unfit(call: Call, req: CallerRequest): ErrorCode | undefined {
    const { head } = call
    if (isMalformed(head, req) || isMalformedTarget(req.url!, head)) return 'malformed_request'
    if (WEBSOCKET.test(head.upgrade)) return 'upgrade_not_supported'
    if (head.expectsUnknown) return 'expectation_unknown'
    if (req.url!.length > this.limits.uriBytesMax) return 'uri_too_long'
    const isTooMany = req.rawHeaders.length > 2 * this.limits.headerCountMax
    return isTooMany ? 'headers_too_large' : undefined
  }

  /** Judges a call anew; false when it was refused. */
  admit(call: Call): boolean {
    return this.#admit(call, this.#routeOf(call))
  }

  dispatchAgain(call: Call): void {
    if (this.admit(call)) this.#dispatcher!.dispatch(call)
  }

  #routeOf(call: Call): Route | undefined {
    return call.place === undefined ? undefined : this.#options.routes.find(call.place.label)
  }

  #admit(call: Call, route: Route | undefined): boolean {
    const code = this.#judge(call, route)
    if (code === undefined) return true
    const isPassing = code === 'function_not_ready'
    call.refuse(code, isPassing ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {})
    return false
  }

  #judge(call: Call, route: Route | undefined): ErrorCode | undefined {
    if (route === undefined) return 'function_not_found'
    const { keys, clock } = this.#options
    const { verdict, key } = authenticate(keys, call.head, route.functionId, clock.now())
    call.judged(route, verdict, key === NO_KEY ? undefined : keys.identity(key))
    return refusalOf(route, verdict)
  }
}
