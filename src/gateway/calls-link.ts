import type { CallRun, NewCall, RunOutcome } from '../domain/calls.ts'
import type { TestAnswer, TestCall, TestOutcome } from '../domain/test-call.ts'
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
  /** Answered by `tested` with the same ticket, unless it is left before. */
  | { readonly kind: 'test'; readonly ticket: number; readonly test: TestCall }
  /** Nobody waits for the test any more. */
  | { readonly kind: 'leave'; readonly ticket: number }
  | { readonly kind: 'answer'; readonly ticket: number; readonly answer: unknown }
  /** The asking failed; the log says why. */
  | { readonly kind: 'failed'; readonly ticket: number }

export type CallsFromThread =
  | { readonly kind: 'ran'; readonly ticket: number; readonly outcome: RunOutcome }
  | { readonly kind: 'tested'; readonly ticket: number; readonly outcome: TestOutcome }
  /** Answered by `answer` or `failed` with the same ticket. */
  | { readonly kind: 'ask'; readonly ticket: number; readonly ask: CallsAsk }

/** The thread's end of the way to where asynchronous calls are kept, and operators' tests come from. */
export class CallsLink {
  readonly #send: (message: CallsFromThread) => void
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>()
  /** What breaks off the tests that are under way. */
  readonly #tests = new Map<number, () => void>()
  #lastTicket = 0
  #running = 0
  #onIdle: (() => void) | undefined
  /** Runs one try. Set before the first message comes. */
  run: (run: CallRun, done: (outcome: RunOutcome) => void) => void = (_run, done) =>
    done({ kind: 'interrupted' })
  /** Runs one test, and returns what breaks it off. Set like `run`. */
  test: (test: TestCall, done: (answer: TestAnswer) => void) => () => void = () => () => {}

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
      case 'test':
        this.#test(message.ticket, message.test)
        break
      case 'leave':
        this.#tests.get(message.ticket)?.()
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

  /** Calls `act` when neither a try nor a test is under way. */
  whenIdle(act: () => void): void {
    if (this.#running === 0) act()
    else this.#onIdle = act
  }

  #run(ticket: number, run: CallRun): void {
    this.#running += 1
    this.run(run, (outcome) => {
      this.#send({ kind: 'ran', ticket, outcome })
      this.#ended()
    })
  }

  #test(ticket: number, test: TestCall): void {
    this.#running += 1
    let hasEnded = false
    const leave = this.test(test, (answer) => {
      hasEnded = true
      this.#tests.delete(ticket)
      this.#send({ kind: 'tested', ticket, outcome: { kind: 'answered', answer } })
      this.#ended()
    })
    if (!hasEnded) this.#tests.set(ticket, leave)
  }

  #ended(): void {
    this.#running -= 1
    if (this.#running > 0) return
    this.#onIdle?.()
    this.#onIdle = undefined
  }

  #take(ticket: number): PromiseWithResolvers<unknown> | undefined {
    const asked = this.#asked.get(ticket)
    this.#asked.delete(ticket)
    return asked
  }
}
