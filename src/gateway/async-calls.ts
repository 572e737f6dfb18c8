import type {
  AcceptOutcome,
  CallAnswer,
  CallDesk,
  CallView,
  CallWithAnswer,
  CancelOutcome,
} from '../domain/calls.ts'
import { CALL_ID_PATTERN, hasEnded } from '../domain/calls.ts'
import { unreachable } from '../lib/assert.ts'
import type { Call } from './call.ts'
import type { CallsLink } from './calls-link.ts'
import { ALLOW_ANY_ORIGIN, isPreflight, preflightHeaders } from './cors.ts'
import { KEY_EXPIRES } from './key-expiry.ts'
import { hasBody, type RequestHead } from './request-head.ts'

/** The first segment of what the gateway answers itself; no label is like it. */
export const OWN_LABEL = '-'

export interface AsyncCallsShare {
  /** Of the request of such a call. */
  readonly bodyBytesMax: number
  /** Of its answer; longer ones are not kept. */
  readonly answerBytesMax: number
  /** The gateway's URL as callers reach it. */
  readonly publicUrl: string
}

/** Where calls are kept whose callers do not wait. */
export interface AsyncCallsTarget extends AsyncCallsShare {
  readonly desk: CallDesk
}

export function shareOfCalls(target: AsyncCallsTarget): AsyncCallsShare {
  const { bodyBytesMax, answerBytesMax, publicUrl } = target
  return { bodyBytesMax, answerBytesMax, publicUrl }
}

/** Whether the key that was presented with `head` is this one, and could make this call now. */
export type IsAllowed = (head: RequestHead, keyId: string, call: CallView) => boolean

const RETRY_SECONDS = 5
const EXPOSED_NAMES = ['x-request-id', 'location', 'preference-applied', KEY_EXPIRES].join(', ')
const EXPOSED = ['access-control-expose-headers', EXPOSED_NAMES]
const PATH = new RegExp(`^/calls/(${CALL_ID_PATTERN.slice(1, -1)})(/result)?(?:\\?|$)`)

/** Takes calls whose callers do not wait, and tells what became of them. */
export class AsyncCalls {
  readonly #share: AsyncCallsShare
  readonly #link: CallsLink
  readonly #isAllowed: IsAllowed
  readonly #pathBase: string

  constructor(share: AsyncCallsShare, link: CallsLink, isAllowed: IsAllowed) {
    this.#share = share
    this.#link = link
    this.#isAllowed = isAllowed
    this.#pathBase = new URL(share.publicUrl).pathname.replace(/\/+$/, '')
  }

  get bodyBytesMax(): number {
    return this.#share.bodyBytesMax
  }

  /** Keeps a call that was admitted, and answers its caller. */
  async accept(call: Call, body: Buffer | null): Promise<void> {
    const outcome = (await this.#link.ask({
      what: 'accept',
      call: call.toKeep(body),
    })) as AcceptOutcome
    if (outcome.kind === 'refused') {
      call.refuse(outcome.code, { retryAfterSeconds: RETRY_SECONDS })
      return
    }
    const { id } = outcome
    const url = this.#urlOf(call, id)
    call.callId = id
    respondJson(call, 202, ['location', url, 'preference-applied', 'respond-async'], {
      id,
      state: 'queued',
      status_url: url,
      result_url: `${url}/result`,
    })
  }

  /** Answers what was sent to the gateway itself. */
  async serve(call: Call): Promise<void> {
    const { head, method } = call
    if (isPreflight(method, head)) {
      call.respondEmpty(204, preflightHeaders(head))
      return
    }
    const match = PATH.exec(call.place!.target)
    if (match === null || hasBody(head)) {
      call.refuse('call_not_found', { close: hasBody(head) })
      return
    }
    const [, id, result] = match
    const view = (await this.#link.ask({ what: 'view', id: id! })) as CallView | undefined
    if (view === undefined || !this.#mayKnow(head, view)) {
      call.refuse('call_not_found')
      return
    }
    call.callId = id
    if (method === 'GET' || method === 'HEAD') {
      if (result === undefined) this.#tell(call, view)
      else await this.#tellResult(call, view)
    } else if (method === 'DELETE' && result === undefined) await this.#cancel(call, view.id)
    else call.refuse('method_not_allowed')
  }

  /** What a trigger made is nobody's but the operators'. */
  #mayKnow(head: RequestHead, call: CallView): boolean {
    const { trigger, keyId } = call
    if (trigger !== null) return false
    return keyId === null || this.#isAllowed(head, keyId, call)
  }

  #tell(call: Call, view: CallView): void {
    const url = this.#urlOf(call, view.id)
    respondJson(call, 200, [], {
      id: view.id,
      state: view.state,
      attempts: view.attempts,
      accepted_at: timeOf(view.acceptedAtMs),
      started_at: timeOf(view.startedAtMs),
      next_attempt_at: timeOf(view.dueAtMs),
      ended_at: timeOf(view.endedAtMs),
      expires_at: timeOf(view.expiresAtMs),
      status: view.status,
      code: view.code,
      status_url: url,
      result_url: hasEnded(view.state) && !view.isAnswerKept ? null : `${url}/result`,
    })
  }

  async #tellResult(call: Call, view: CallView): Promise<void> {
    if (!hasEnded(view.state)) {
      call.refuse('call_not_ended')
      return
    }
    const { id, state } = view
    const found = (await this.#link.ask({ what: 'find', id })) as CallWithAnswer | undefined
    const answer = found?.answer ?? null
    if (answer === null || answer.isTooLarge) {
      call.refuse('call_result_gone')
      return
    }
    const fields = [...answer.headers, 'latchkey-call-id', id, 'latchkey-call-state', state]
    call.respond(answer.status, [...fields, ...originHeaders(call.head)], bodyOf(answer))
  }

  async #cancel(call: Call, id: string): Promise<void> {
    const outcome = (await this.#link.ask({ what: 'cancel', id })) as CancelOutcome
    switch (outcome) {
      case 'cancelled':
        call.respondEmpty(204, [...originHeaders(call.head)])
        break
      case 'unknown':
        call.refuse('call_not_found')
        break
      case 'under-way':
      case 'ended':
        call.refuse('call_under_way')
        break
      default:
        unreachable(outcome)
    }
  }

  /** Below the endpoint's own host everything belongs to the function. */
  #urlOf(call: Call, id: string): string {
    const isByPath = call.url.charCodeAt(0) === 0x2f && call.url !== call.place!.target
    const base = isByPath ? this.#pathBase : this.#share.publicUrl
    return `${base}/${OWN_LABEL}/calls/${id}`
  }
}

/** RFC 9110, 15.4.5 and 15.3.5: such answers have none, whatever the function wrote. */
function bodyOf({ status, body }: CallAnswer): Uint8Array {
  return status === 204 || status === 304 ? new Uint8Array() : body
}

function respondJson(call: Call, status: number, fields: string[], body: unknown): void {
  const head = ['content-type', 'application/json', 'cache-control', 'no-store']
  call.respond(
    status,
    [...head, ...fields, ...originHeaders(call.head)],
    Buffer.from(JSON.stringify(body)),
  )
}

function originHeaders({ crossOrigin }: RequestHead): readonly string[] {
  return crossOrigin ? [...ALLOW_ANY_ORIGIN, ...EXPOSED] : []
}

function timeOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
