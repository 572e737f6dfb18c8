import { TEST_ANSWER_BYTES_MAX, type TestAnswer, type TestCall } from '../domain/test-call.ts'
import { type Background, BackgroundRequest } from './background.ts'
import type { EndedCall } from './ended-call.ts'
import { callerAt } from './forwarded.ts'
import { fieldsWithout, KeptAnswer } from './kept-answer.ts'

/** Of this hop: no caller's client shows them. */
const NOT_SHOWN = /^(?:connection|keep-alive|transfer-encoding)$/

/** The request and the answer of a call that an operator makes to try a function. */
export class TestExchange extends KeptAnswer {
  readonly background: Background
  readonly #onClose: (() => void)[] = []
  #firstByteAtMs: number | undefined
  #headers: string[] = []

  /** @param done - Called once, when the call has come to its end. */
  constructor(call: TestCall, done: (answer: TestAnswer) => void) {
    const { method, url, fields, body, functionId, keyId, keyDigest, address, proto, host } = call
    const req = new BackgroundRequest({ request: { method, url, fields }, body })
    super(req, TEST_ANSWER_BYTES_MAX, 'its-start')
    this.background = {
      id: undefined,
      functionId,
      keyId,
      keyDigest,
      isTrusted: false,
      isTest: true,
      caller: callerAt(address ?? undefined, proto, host),
      onEnded: (ended) => done(this.#answerOf(ended)),
    }
  }

  /** Who waited for it has left. */
  leave(): void {
    for (const listener of this.#onClose.splice(0)) listener()
  }

  on(_event: 'close', listener: () => void): void {
    this.#onClose.push(listener)
  }

  once(event: 'close' | 'drain', listener: () => void): void {
    // Everything is taken at once, so nothing has to drain.
    if (event === 'close') this.#onClose.push(listener)
  }

  protected onHead(fields: readonly string[]): void {
    this.#firstByteAtMs = performance.now()
    this.#headers = [...fieldsWithout(NOT_SHOWN, fields)].flat()
  }

  #answerOf(ended: EndedCall): TestAnswer {
    return {
      status: ended.status,
      headers: this.#headers,
      body: this.keptBody,
      bodyBytes: this.bytes,
      isWhole: ended.isWhole,
      requestId: ended.requestId,
      code: ended.code,
      verdict: ended.verdict,
      isCold: ended.isCold,
      durationMs: ended.durationMs,
      queuedMs: ended.queuedMs,
      firstByteMs: this.#firstByteAtMs && this.#firstByteAtMs - ended.startedAtMs,
      instanceId: ended.instanceId,
      versionId: ended.instanceId && ended.route?.version?.id,
    }
  }
}
