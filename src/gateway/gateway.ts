import type { CallRun, RunOutcome } from '../domain/calls.ts'
import type { ErrorCode } from '../domain/errors.ts'
import type { Route } from '../domain/routes.ts'
import type { TestAnswer, TestCall } from '../domain/test-call.ts'
import type { Clock } from '../lib/clock.ts'
import { newRequestId } from '../lib/ids.ts'
import { refusalOf } from './admit.ts'
import { type AsyncCalls, OWN_LABEL } from './async-calls.ts'
import { type Authentication, authenticate, authenticateAgain } from './authenticate.ts'
import { BackgroundRequest, BackgroundResponse, backgroundOf, outcomeOf } from './background.ts'
import { Call, type CallHost } from './call.ts'
import type { CallerRequest, CallerResponse } from './caller.ts'
import { isPreflight, preflightHeaders } from './cors.ts'
import type { Dispatcher } from './dispatch.ts'
import type { CallObserver } from './ended-call.ts'
import type { FirstUses } from './first-uses.ts'
import type { Forwarding } from './forwarded.ts'
import { Gathering } from './gathering.ts'
import { type KeyTable, NO_KEY } from './key-table.ts'
import { bodyBytesMaxOf, type GatewayLimits } from './limits.ts'
import { isMalformed, readRequestHead } from './request-head.ts'
import { isMalformedTarget, locate } from './route.ts'
import type { RouteTable } from './route-table.ts'
import { TestExchange } from './test-exchange.ts'
import type { CallTracer } from './tracing.ts'
import type { Trust } from './trust.ts'

export interface GatewayOptions {
  readonly limits: GatewayLimits
  readonly forwarding: Forwarding
  /** Functions answer at `<label>.<domain>` too; undefined for by path only. */
  readonly domain: string | undefined
  readonly routes: RouteTable
  readonly keys: KeyTable
  readonly clock: Clock
  /** Until when routes and keys may be trusted. */
  readonly trust: Pick<Trust, 'hasEnded'>
  /** Told of each call when it has ended. */
  readonly observers: readonly CallObserver[]
  /** Undefined when every caller waits. */
  readonly asyncCalls?: AsyncCalls | undefined
  /** Told when a rotation's new secret opens a function. */
  readonly firstUses?: FirstUses | undefined
  /** Undefined when nothing is traced. */
  readonly tracer?: CallTracer | undefined
  /** An error in the gateway's own code, which the caller is told nothing of. */
  readonly onInternalError: (error: unknown, requestId: string) => void
}

/** Unlike other offers to speak something else, its maker can do nothing with an ordinary answer. */
const WEBSOCKET = /\bwebsocket\b/i
/** A verdict holds for so long when nothing has changed: no expiry is more exact. */
const VERDICT_MS = 1

/** What happens to a request: route, preflight, authenticate, disabled, no version, dispatch, respond. */
export class Gateway implements CallHost {
  readonly limits: GatewayLimits
  readonly forwarding: Forwarding
  readonly observers: readonly CallObserver[]
  readonly gathering = new Gathering()
  isStopping = false
  readonly #options: GatewayOptions
  #changes = 0
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

  /** Routes and keys may be other ones from now on. */
  changed(): void {
    this.#changes += 1
  }

  handle(req: CallerRequest, res: CallerResponse): void {
    const head = readRequestHead(req.rawHeaders)
    this.#options.tracer?.begin(head)
    const place = locate(req.url!, head.host, this.#options.domain)
    const call = new Call(this, req, res, newRequestId(), head, place)
    try {
      this.#decide(call, req)
    } catch (error) {
      this.#onError(call, error)
    }
  }

  /** A try of a call that was accepted before: judged anew, then as if its caller waited. */
  run(run: CallRun, answerBytesMax: number, done: (outcome: RunOutcome) => void): void {
    const req = new BackgroundRequest(run.call)
    const head = readRequestHead(req.rawHeaders)
    this.#options.tracer?.begin(head)
    const place = { label: '', target: run.call.request.target }
    const res = new BackgroundResponse(req, answerBytesMax, (answer) => {
      // The call says what it was when it has come to its end.
      queueMicrotask(() => done(outcomeOf(answer, call.code)))
    })
    const background = backgroundOf(run)
    const call: Call = new Call(this, req, res, newRequestId(), head, place, background)
    try {
      this.dispatchAgain(call)
    } catch (error) {
      this.#onError(call, error)
    }
  }

  /** A call by which an operator tries a function: as if it had come from outside. Returns what breaks it off. */
  test(test: TestCall, done: (answer: TestAnswer) => void): () => void {
    const exchange = new TestExchange(test, done)
    const { req, background } = exchange
    const head = readRequestHead(req.rawHeaders)
    this.#options.tracer?.begin(head)
    const place = { label: '', target: test.target }
    const call = new Call(this, req, exchange, newRequestId(), head, place, background)
    try {
      this.#decide(call, req)
    } catch (error) {
      this.#onError(call, error)
    }
    return () => exchange.leave()
  }

  #decide(call: Call, req: CallerRequest): void {
    const unfit = this.#unfit(call, req)
    if (unfit !== undefined) {
      call.refuse(unfit, { close: true })
      return
    }
    if (this.#refusesAsStale(call)) return
    const route = this.#routeOf(call)
    if (route !== undefined && isPreflight(req.method!, call.head)) {
      call.respondEmpty(204, preflightHeaders(call.head))
      return
    }
    if (route === undefined && this.#isOwn(call)) return
    if (!this.#admit(call, route)) return
    if (call.head.respondsAsync && this.#options.asyncCalls !== undefined) {
      this.#keep(call, this.#options.asyncCalls)
      return
    }
    const changes = this.#changes
    const isGathering = call.gather(() => this.#onGathered(call, changes))
    if (!isGathering) this.#dispatcher!.dispatch(call)
  }

  /** Whether it was sent to the gateway itself, and is answered. */
  #isOwn(call: Call): boolean {
    const { asyncCalls } = this.#options
    if (asyncCalls === undefined || call.place?.label !== OWN_LABEL) return false
    asyncCalls.serve(call).catch((error) => this.#onError(call, error))
    return true
  }

  /** Its body may have taken a while: what was true before need not be any more. */
  #keep(call: Call, asyncCalls: AsyncCalls): void {
    call.collect(asyncCalls.bodyBytesMax, (body) => {
      if (!this.admit(call)) return
      asyncCalls.accept(call, body).catch((error) => this.#onError(call, error))
    })
  }

  /** `changes`: as many as there were when the call was judged. */
  #onGathered(call: Call, changes: number): void {
    try {
      const isJudged = this.#changes === changes && call.gatheredMs < VERDICT_MS
      if (!isJudged) this.dispatchAgain(call)
      else if (!this.#refusesAsStale(call)) this.#dispatcher!.dispatch(call)
    } catch (error) {
      this.#onError(call, error)
    }
  }

  #onError(call: Call, error: unknown): void {
    this.#options.onInternalError(error, call.requestId)
    call.refuse('internal_error', { close: true })
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
    return !this.#refusesAsStale(call) && this.#admit(call, this.#routeOf(call))
  }

  dispatchAgain(call: Call): void {
    if (this.admit(call)) this.#dispatcher!.dispatch(call)
  }

  #refusesAsStale(call: Call): boolean {
    const { trust, clock } = this.#options
    const isStale = trust.hasEnded(clock.now())
    if (isStale) call.refuse('stale')
    return isStale
  }

  #routeOf(call: Call): Route | undefined {
    const { background } = call
    if (background !== undefined) return this.#options.routes.findFunction(background.functionId)
    return call.place === undefined ? undefined : this.#options.routes.find(call.place.label)
  }

  #admit(call: Call, route: Route | undefined): boolean {
    const code = this.#judge(call, route)
    if (code === undefined) return true
    call.refuse(code, { close: code === 'function_body_too_large' })
    return false
  }

  #judge(call: Call, route: Route | undefined): ErrorCode | undefined {
    if (route === undefined) return 'function_not_found'
    const { keys, clock } = this.#options
    const nowMs = clock.now()
    const { verdict, key } = this.#authenticate(call, route, nowMs)
    const identity = key === NO_KEY ? undefined : keys.identity(key)
    call.judged(route, verdict, identity, nowMs)
    // The callers have the new secret when one of them uses it: an operator's test says nothing of that.
    const isUse = verdict === 'allowed' && !call.isTest
    if (isUse && identity?.isAwaited) this.#tellFirstUse(call, identity.id)
    const refusal = refusalOf(route, verdict)
    if (refusal !== undefined) return refusal
    const isTooLarge = (call.head.contentLength ?? 0) > bodyBytesMaxOf(route, this.limits)
    return isTooLarge ? 'function_body_too_large' : undefined
  }

  /** At once, not when the call has ended: the old secret's time begins now. */
  #tellFirstUse({ background, head }: Call, keyId: string): void {
    const digest = background?.keyDigest
    this.#options.firstUses?.saw(keyId, digest ? { digest } : { secret: head.apiKey })
  }

  #authenticate(call: Call, { functionId, namespaceId }: Route, nowMs: number): Authentication {
    const { keys } = this.#options
    const { background, head, method, place } = call
    if (background?.isTrusted) return { verdict: 'allowed', key: NO_KEY }
    const use = { functionId, namespaceId, method, target: place!.target }
    return background === undefined
      ? authenticate(keys, head, use, nowMs)
      : authenticateAgain(keys, background, use, nowMs)
  }
}
