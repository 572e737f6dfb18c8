import type { NewCall } from '../domain/calls.ts'
import { type ErrorCode, PUBLIC_ERRORS } from '../domain/errors.ts'
import { keySecretDigest } from '../domain/key-secret.ts'
import type { KeyVerdict } from '../domain/key-verdict.ts'
import type { Route } from '../domain/routes.ts'
import { unreachable } from '../lib/assert.ts'
import type { RequestStream } from '../wire/connection.ts'
import type { FailureKind } from '../wire/constants.ts'
import { Answer } from './answer.ts'
import type { Background } from './background.ts'
import type { CallerRequest, CallerResponse } from './caller.ts'
import type { CallObserver, EndedCall } from './ended-call.ts'
import { forwardHead } from './forward-head.ts'
import type { Caller, Forwarding } from './forwarded.ts'
import type { Gathering } from './gathering.ts'
import { HttpConnection } from './http-connection.ts'
import type { Instance, RunningCall } from './instance.ts'
import { KEY_EXPIRES, soonExpiry } from './key-expiry.ts'
import type { KeyIdentity } from './key-table.ts'
import { lastWordOn } from './last-words.ts'
import { bodyBytesMaxOf, type GatewayLimits } from './limits.ts'
import { RequestBody } from './request-body.ts'
import { hasBody, type RequestHead } from './request-head.ts'
import type { Place } from './route.ts'

/** What the calls of a thread share. */
export interface CallHost {
  readonly limits: GatewayLimits
  readonly forwarding: Forwarding
  readonly gathering: Gathering
  /** Told of each call when it has ended. */
  readonly observers: readonly CallObserver[]
  /** Whether connections shall end with their next answer. */
  readonly isStopping: boolean
  /** Decides anew on a call whose instance was lost, and sends it on its way. */
  dispatchAgain(call: Call): void
}

export interface RefusalOptions {
  readonly detail?: string
  readonly retryAfterSeconds?: number
  /** Whether the connection ends with the answer, whatever is left of the request. */
  readonly close?: boolean
}

/** More instances than these do not die one after the other by accident. */
const TRIES_MAX = 3
/** What a refused caller may still send for the connection to stay open. */
const DISCARDED_BYTES_MAX = 64 * 1024

/**
 * One request, from its head to the end of its answer.
 *
 *   (gathering ->) arrived -> (queued ->) running -> ended
 *                     ^                      |
 *                     +----- stranded <------+   its instance was lost; back if the handler had not begun
 *
 * Before it is `arrived` again, after `gathering` as after `stranded`, it is judged anew.
 */
export class Call implements RunningCall, EndedCall {
  readonly requestId: string
  readonly head: RequestHead
  /** Undefined when its target names nothing. */
  readonly place: Place | undefined
  readonly startedAtMs = performance.now()
  route: Route | undefined
  verdict: KeyVerdict | undefined
  key: KeyIdentity | undefined
  /** When the key's secret ends, if it opened the function and that is soon. */
  keyExpires: string | undefined
  code: ErrorCode | undefined
  isWhole = false
  durationMs = 0
  gatheredMs = 0
  queuedMs = 0
  isCold = false
  instanceId: string | undefined
  /** Undefined for what a caller waits for. */
  callId: string | undefined
  /** Set on a try of a call that was accepted before. */
  readonly background: Background | undefined
  readonly #host: CallHost
  readonly #req: CallerRequest
  readonly #caller: Caller
  readonly #answer: Answer
  readonly #body: RequestBody | undefined
  #phase: 'gathering' | 'arrived' | 'queued' | 'running' | 'stranded' | 'ended' = 'arrived'
  #tries = 0
  /** Of an answer that was given past this call, because its body was broken or too slow. */
  #lastStatus = 0
  #timer: NodeJS.Timeout | undefined
  #queuedAtMs = 0
  /** Over all the queues that it may stand in one after the other. */
  #queueDeadlineMs: number | undefined
  #leaveQueue: (() => void) | undefined
  #instance: Instance | undefined
  #stream: RequestStream | undefined
  #isOverdue = false
  #tooLarge: ErrorCode = 'function_body_too_large'
  /** It sends its body only when it is told to. */
  #awaitsContinue: boolean

  constructor(
    host: CallHost,
    req: CallerRequest,
    res: CallerResponse,
    requestId: string,
    head: RequestHead,
    place: Place | undefined,
    background?: Background,
  ) {
    this.#host = host
    this.#req = req
    this.#answer = new Answer(req, res)
    this.#awaitsContinue = head.expectsContinue && req.httpVersionMinor > 0
    this.requestId = requestId
    this.head = head
    this.place = place
    this.background = background
    this.callId = background?.id
    this.#caller = background?.caller ?? host.forwarding.callerOf(req, head)
    res.on('close', () => this.onCallerGone())
    this.#body = hasBody(head)
      ? new RequestBody(req, host.limits, () => this.#onBodyTooLarge())
      : undefined
  }

  get isTest(): boolean {
    return this.background?.isTest === true
  }

  get method(): string {
    return this.#req.method!
  }

  get remoteAddress(): string | undefined {
    return this.#caller.address
  }

  get proto(): 'http' | 'https' {
    return this.#caller.proto
  }

  get url(): string {
    return this.#req.url!
  }

  get httpVersion(): string {
    return this.#req.httpVersion
  }

  get status(): number {
    return this.#answer.status || this.#lastStatus
  }

  get bytesReceived(): number {
    return this.#body?.bytes ?? 0
  }

  get bytesSent(): number {
    return this.#answer.bodyBytes
  }

  /** The function and the key are known, and what the key is good for. */
  judged(route: Route, verdict: KeyVerdict, key: KeyIdentity | undefined, nowMs: number): void {
    const isOpened = verdict === 'allowed' && key !== undefined
    this.route = route
    this.verdict = verdict
    this.key = key
    this.keyExpires = isOpened ? soonExpiry(key, nowMs) : undefined
    this.#body?.limitTo(bodyBytesMaxOf(route, this.#host.limits))
  }

  get isOverdue(): boolean {
    return this.#isOverdue
  }

  get streamId(): number {
    return this.#stream?.id ?? 0
  }

  /**
   * Waits for its body when that is a small one, so that a slow caller holds no place of an instance; false when
   * there is nothing to wait for.
   */
  gather(onGathered: () => void): boolean {
    const body = this.#body
    const { contentLength } = this.head
    if (body === undefined || contentLength === undefined) return false
    if (contentLength > this.#host.limits.repeatBytesMax) return false
    this.#phase = 'gathering'
    this.#host.gathering.begin(this)
    this.#sayContinue()
    body.gather(contentLength, this.#host.gathering, () => {
      this.#leaveGathering()
      this.#phase = 'arrived'
      onGathered()
    })
    return true
  }

  /**
   * Waits for the whole of its body, up to so many bytes, to be kept. What is longer, or does not fit into
   * memory, is refused.
   */
  collect(bytesMax: number, onCollected: (body: Buffer | null) => void): void {
    const body = this.#body
    const { contentLength } = this.head
    if (body === undefined) {
      onCollected(null)
      return
    }
    this.#tooLarge = 'call_body_too_large'
    if ((contentLength ?? 0) > bytesMax) {
      this.#onBodyTooLarge()
      return
    }
    this.#phase = 'gathering'
    this.#host.gathering.begin(this)
    this.#sayContinue()
    body.limitTo(Math.min(bytesMax, bodyBytesMaxOf(this.route!, this.#host.limits)))
    body.gatherWhole(contentLength, this.#host.gathering, () => {
      this.#leaveGathering()
      this.#phase = 'arrived'
      if (body.isComplete) onCollected(body.readSoFar() ?? null)
      else this.refuse('calls_full', { close: true })
    })
  }

  /** As it is to be kept, once it was admitted. */
  toKeep(body: Buffer | null): NewCall {
    const { head, route, place, key, background } = this
    const { address, proto, fields: callerFields } = this.#caller
    const isKnown = this.verdict === 'allowed'
    return {
      functionId: route!.functionId,
      keyId: isKnown ? key!.id : null,
      keyDigest: isKnown ? (background?.keyDigest ?? keySecretDigest(head.apiKey)) : null,
      trigger: null,
      request: {
        method: this.method,
        url: this.url,
        target: place!.target,
        fields: head.fields,
        callerFields,
        address: address ?? null,
        proto,
      },
      body,
    }
  }

  /** It waits for an instance, with none at work when `isCold`; `leaveQueue` takes it out. */
  queue(leaveQueue: () => void, isCold: boolean): void {
    const nowMs = performance.now()
    this.#phase = 'queued'
    this.#leaveQueue = leaveQueue
    this.#queuedAtMs = nowMs
    this.isCold ||= isCold
    this.#queueDeadlineMs ??= nowMs + this.#host.limits.queueWaitMs
    this.#timer = setTimeout(onQueueTimeout, this.#queueDeadlineMs - nowMs, this)
  }

  /** It has left the queue, and is started, refused or queued elsewhere now. */
  dequeue(): void {
    clearTimeout(this.#timer)
    this.#leaveQueue = undefined
    this.#phase = 'arrived'
    this.queuedMs += performance.now() - this.#queuedAtMs
  }

  /** Sends it to an instance on which a slot was claimed for it. */
  start(instance: Instance): void {
    const body = this.#body
    this.#phase = 'running'
    this.#tries += 1
    this.#instance = instance
    this.instanceId = instance.id
    this.#sayContinue()
    const head = forwardHead({
      method: this.#req.method!,
      target: this.place!.target,
      head: this.head,
      requestId: this.requestId,
      key: this.verdict === 'allowed' ? this.key : undefined,
      caller: this.#caller,
    })
    const end = body === undefined || body.isComplete
    this.#stream = instance.request(this, head, body?.readSoFar(), end)
    body?.sendTo(this.#stream)
    this.#timer = setTimeout(onTimeout, this.route!.timeoutMs, this)
  }

  /** Answers with a problem instead of a function's answer. */
  refuse(code: ErrorCode, options: RefusalOptions = {}): void {
    if (this.#phase === 'ended') return
    const close = options.close === true || this.#host.isStopping || this.#hasMuchToDiscard()
    const isSending = close && this.#body !== undefined && !this.#req.complete
    this.#end()
    this.code = code
    if (this.#answer.hasBegun) {
      this.#answer.cutOff()
      this.#report(false)
      return
    }
    const { requestId, keyExpires } = this
    const { crossOrigin } = this.head
    const { detail, retryAfterSeconds } = options
    const problem = { requestId, crossOrigin, keyExpires, detail, retryAfterSeconds, close }
    if (close) HttpConnection.of(this.#req.socket)?.takeNoMore()
    this.#answer.problem(code, problem, isSending)
    this.#report(true)
  }

  /** An answer of the gateway's own that is no problem. */
  respondEmpty(status: number, fields: string[]): void {
    this.#end()
    fields.push('x-request-id', this.requestId)
    if (this.#host.isStopping) fields.push('connection', 'close')
    this.#answer.empty(status, fields)
    this.#report(true)
  }

  /** The same with a body, unless the caller has gone meanwhile. */
  respond(status: number, fields: string[], body: Uint8Array): void {
    if (this.#phase === 'ended') return
    this.#end()
    // RFC 9110, 8.6: an answer that can have no content must not say how long it is.
    if (status !== 204) fields.push('content-length', String(body.byteLength))
    fields.push('x-request-id', this.requestId)
    if (this.keyExpires !== undefined) fields.push(KEY_EXPIRES, this.keyExpires)
    if (this.#host.isStopping) fields.push('connection', 'close')
    this.#answer.own(status, fields, body)
    this.#report(true)
  }

  onHead(status: number, headers: readonly string[], body: Buffer | undefined, end: boolean): void {
    const { requestId, keyExpires } = this
    const { crossOrigin } = this.head
    const close = this.#host.isStopping
    this.#body?.forgetKept()
    if (end) this.#end()
    this.#answer.head(
      { status, headers, body, end },
      { requestId, crossOrigin, keyExpires, close },
      this.#stream!,
    )
    if (end) this.#report(true)
  }

  onData(chunk: Buffer, end: boolean): void {
    if (end) this.#end()
    this.#answer.data(chunk, end, this.#stream!)
    if (end) this.#report(true)
  }

  onWritable(): void {
    this.#body?.resume()
  }

  onFailure(kind: FailureKind): void {
    switch (kind) {
      case 'invalid-json':
        this.refuse('invalid_function_json')
        break
      case 'handler-error':
      case 'broken-off':
        this.refuse('function_failed')
        break
      default:
        unreachable(kind)
    }
  }

  onLost(): void {
    if (!this.#isRepeatable()) {
      this.refuse('instance_lost')
      return
    }
    this.#phase = 'stranded'
    this.#body?.hold()
  }

  /** Whether the handler of the lost instance had been given the call is known. */
  onFate(begun: boolean): void {
    clearTimeout(this.#timer)
    this.#instance = undefined
    this.#stream = undefined
    if (!begun && this.#isRepeatable()) {
      this.#phase = 'arrived'
      this.#isOverdue = false
      this.#host.dispatchAgain(this)
    } else this.refuse(this.#isOverdue ? 'function_timeout' : 'instance_lost')
  }

  /** The limit is over and the instance lives: the call ends here, and is cancelled there. */
  expire(): void {
    this.#stream?.cancel('timeout')
    this.refuse('function_timeout')
  }

  onTimeout(): void {
    this.#isOverdue = true
    if (this.#phase !== 'running') return
    const instance = this.#instance!
    // Behind a handler that hangs, a call may not have begun: then it is not the one to blame, and
    // goes elsewhere when the instance is found dead.
    if (instance.hasBegun(this.streamId)) this.expire()
    instance.probe()
  }

  onQueueTimeout(): void {
    this.refuse('queue_full', { detail: 'No instance became free in time.' })
  }

  /** The caller's connection has ended; also called after an answer that was sent whole. */
  onCallerGone(): void {
    // A HEAD is answered before the function has ended: let it.
    if (this.#answer.isFlushed || this.#phase === 'ended') return
    this.#end()
    const code = this.#answer.hasBegun ? undefined : lastWordOn(this.#req.socket)
    if (code !== undefined) {
      this.code = code
      this.#lastStatus = PUBLIC_ERRORS[code][0]
    }
    this.#report(code !== undefined)
  }

  #isRepeatable(): boolean {
    if (this.#answer.hasBegun || this.#tries >= TRIES_MAX) return false
    return this.#body === undefined || this.#body.isRepeatable
  }

  #onBodyTooLarge(): void {
    if (this.#phase === 'ended') this.#answer.endConnection()
    else this.refuse(this.#tooLarge, { close: true })
  }

  #hasMuchToDiscard(): boolean {
    if (this.#req.complete) return false
    if (this.#awaitsContinue) return true
    return this.head.chunked || (this.head.contentLength ?? 0) > DISCARDED_BYTES_MAX
  }

  #sayContinue(): void {
    if (!this.#awaitsContinue) return
    this.#awaitsContinue = false
    this.#answer.continue()
  }

  #leaveGathering(): void {
    this.#host.gathering.end(this, this.bytesReceived)
    this.gatheredMs = performance.now() - this.startedAtMs
  }

  /** The one place where a request ends, however it does. */
  #end(): void {
    if (this.#phase === 'ended') return
    if (this.#phase === 'gathering') this.#leaveGathering()
    const leaveQueue = this.#leaveQueue
    if (leaveQueue !== undefined) this.dequeue()
    this.#phase = 'ended'
    clearTimeout(this.#timer)
    leaveQueue?.()
    this.#body?.discard()
    // Does nothing when the answer has come whole.
    this.#stream?.cancel('caller-gone')
    const instance = this.#instance
    this.#instance = undefined
    instance?.release(this)
  }

  /** The last that happens to a call. */
  #report(isWhole: boolean): void {
    this.isWhole = isWhole
    this.durationMs = performance.now() - this.startedAtMs
    for (const observer of this.#host.observers) observer.ended(this)
    this.background?.onEnded?.(this)
  }
}

function onTimeout(call: Call): void {
  call.onTimeout()
}

function onQueueTimeout(call: Call): void {
  call.onQueueTimeout()
}
