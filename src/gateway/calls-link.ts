import type { CallRun, NewCall, RunOutcome } from '../domain/calls.ts'
import { unreachable } from '../lib/assert.ts'

/** What a thread asks of who keeps the calls; the answers are those of `CallDesk`. */
export type CallsAsk =
  | { readonly what: 'accept'; readonly call: NewCall }
  | { readonly what: 'view'; readonly id: string }
  | { readonly what: 'find'; readonly id: string }
  | { readonly what: 'cancel'; readonly id: string }

export type CallsToThread =
  /** Answered by `ran` with the same ticket. */
  | { readonly kind: 'run'; readonly ticket: number; readonly run: CallRun }
  | { readonly kind: 'answer'; readonly ticket: number; readonly answer: unknown }
  /** The asking failed; the log says why. */
  | { readonly kind: 'failed'; readonly ticket: number }

export type CallsFromThread =
  | { readonly kind: 'ran'; readonly ticket: number; readonly outcome: RunOutcome }
  /** Answered by `answer` or `failed` with the same ticket. */
  | { readonly kind: 'ask'; readonly ticket: number; readonly ask: CallsAsk }

/** The thread's end of the way to where asynchronous calls are kept. */
export class CallsLink {
  readonly #send: (message: CallsFromThread) => void
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>()
  #lastTicket = 0
  #running = 0
  #onIdle: (() => void) | undefined
  /** Runs one try. Set before the first message comes. */
  run: (run: CallRun, done: (outcome: RunOutcome) => void) => void = (_run, done) =>
    done({ kind: 'interrupted' })

  constructor(send: (message: CallsFromThread) => void) {
    this.#send = send
  }

  ask(ask: CallsAsk): Promise<unknown> {
    const asked = Promise.withResolvers<unknown>()
    this.#lastTicket += 1
    this.#asked.set(this.#lastTicket, asked)
    this.#send({ kind: 'ask', ticket: this.#lastTicket, ask })
    return asked.promise
  }

  onMessage(message: CallsToThread): void {
    switch (message.kind) {
      case 'run':
        this.#run(message.ticket, message.run)
        break
      case 'answer':
        this.#take(message.ticket)?.resolve(message.answer)
        break
      case 'failed':
        this.#take(message.ticket)?.reject(new Error('the calls could not be asked'))
        break
      default:
        unreachable(message)
    }
  }

  /** Calls `act` when no try is under way. */
  whenIdle(act: () => void): void {
    if (this.#running === 0) act()
    else this.#onIdle = act
  }

  #run(ticket: number, run: CallRun): void {
    this.#running += 1
    this.run(run, (outcome) => {
      this.#running -= 1
      this.#send({ kind: 'ran', ticket, outcome })
      if (this.#running > 0) return
      this.#onIdle?.()
      this.#onIdle = undefined
    })
  }

  #take(ticket: number): PromiseWithResolvers<unknown> | undefined {
    const asked = this.#asked.get(ticket)
    this.#asked.delete(ticket)
    return asked
  }
}
