import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorCode } from '../domain/errors.ts'
import type { Route } from '../domain/routes.ts'
import type { Clock } from '../lib/clock.ts'
import { newRequestId } from '../lib/ids.ts'
import { admit } from './admit.ts'
import { Call, type CallHost } from './call.ts'
import { isPreflight, preflightHeaders } from './cors.ts'
import type { Dispatcher } from './dispatch.ts'
import type { KeyTable } from './key-table.ts'
import type { GatewayLimits } from './limits.ts'
import { isMalformed, readRequestHead } from './request-head.ts'
import { locate } from './route.ts'
import type { RouteTable } from './route-table.ts'

export interface GatewayOptions {
  readonly limits: GatewayLimits
  /** Functions answer at `<label>.<domain>` too; undefined for by path only. */
  readonly domain: string | undefined
  readonly routes: RouteTable
  readonly keys: KeyTable
  readonly clock: Clock
  /** An error in the gateway's own code, which the caller is told nothing of. */
  readonly onInternalError: (error: unknown, requestId: string) => void
}

/** Refusals that may end by themselves soon. */
const RETRY_AFTER_SECONDS = 1

/** What happens to a request: route, preflight, authenticate, disabled, no version, dispatch, respond. */
export class Gateway implements CallHost {
  readonly limits: GatewayLimits
  isStopping = false
  /** Whether the tables are too old to be trusted. */
  isStale = false
  readonly #options: GatewayOptions
  #dispatcher: Dispatcher | undefined

  constructor(options: GatewayOptions) {
    this.#options = options
    this.limits = options.limits
  }

  set dispatcher(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher
  }

  handle(req: IncomingMessage, res: ServerResponse): void {
    const head = readRequestHead(req.rawHeaders)
    const place = locate(req.url!, head.host, this.#options.domain)
    const call = new Call(this, req, res, newRequestId(), head, place)
    try {
      this.#decide(call, req)
    } catch (error) {
      this.#options.onInternalError(error, call.requestId)
      call.refuse('internal_error', { close: true })
    }
  }

  #decide(call: Call, req: IncomingMessage): void {
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
    if ((call.head.contentLength ?? 0) > this.limits.bodyBytesMax) {
      call.refuse('function_body_too_large', { close: true })
      return
    }
    this.#dispatcher!.dispatch(call)
  }

  #unfit(call: Call, req: IncomingMessage): ErrorCode | undefined {
    if (isMalformed(call.head, req.httpVersionMinor)) return 'malformed_request'
    const isTooMany = req.rawHeaders.length > 2 * this.limits.headerCountMax
    return isTooMany ? 'headers_too_large' : undefined
  }

  /** Decides on a call and sets its ticket; false when it was refused. */
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
    if (route === undefined) {
      call.refuse('function_not_found')
      return false
    }
    const admission = admit(route, this.#options.keys, call.head, this.#options.clock.now())
    if (admission.kind === 'refused') {
      const { code } = admission
      call.refuse(
        code,
        code === 'function_not_ready' ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {},
      )
      return false
    }
    const { functionId, timeoutMs } = route
    call.ticket = { functionId, versionId: admission.version.id, timeoutMs, key: admission.key }
    return true
  }
}
