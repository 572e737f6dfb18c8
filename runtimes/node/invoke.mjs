import { eventOf, InvalidJson } from './event.mjs'
import { currentCall, giveUp } from './logs.mjs'
import { settle } from './result.mjs'

/**
 * What a call is given to.
 * @typedef {(call: import('./call.mjs').Call) => void} Invoke
 */

/**
 * For `handler(event, context)`: begins when the whole body is here.
 * @param {import('./load.mjs').Handler} handler
 * @param {(call: import('./call.mjs').Call) => void} begun called just before the handler is
 * @returns {Invoke}
 */
export function classicInvoke(handler, fn, begun) {
  const { run, self } = handler
  const invoke = (call) => {
    let event
    try {
      event = eventOf(call)
    } catch (error) {
      if (!(error instanceof InvalidJson)) throw error
      call.refuseJson()
      return
    }
    const context = {
      'function-name': fn.name,
      timeout: fn.timeoutSeconds,
      runtime: fn.runtime,
      'memory-limit': `${fn.memoryLimitMb}M`,
    }
    begun(call)
    currentCall.run(call, answer, call, run, self, event, context)
  }
  const line = new Line(invoke)
  return (call) => {
    if (call.isBodyComplete) line.add(call)
    else collect(call, line)
  }
}

const { nextTick } = process

/**
 * Lets one handler begin after the other. What a handler answers without waiting for anything is
 * made before the next one begins, so that a handler which hangs or ends the process takes nothing
 * with it but itself and what truly runs at the same time.
 */
class Line {
  #invoke
  /** @type {import('./call.mjs').Call[]} */
  #calls = []
  #at = 0
  #isMoving = false

  /** @param {Invoke} invoke */
  constructor(invoke) {
    this.#invoke = invoke
  }

  /** @param {import('./call.mjs').Call} call */
  add(call) {
    if (this.#isMoving) this.#calls.push(call)
    else {
      this.#isMoving = true
      this.#begin(call)
    }
  }

  #begin(call) {
    queueMicrotask(this.#onMicrotask)
    try {
      if (!call.isOver) this.#invoke(call)
    } catch (error) {
      // Not the handler's own, so it would befall the next call too.
      giveUp(error)
    }
  }

  /** Ticks come after all that the microtasks of the handler before have led to. */
  #onMicrotask = () => {
    if (this.#calls.length === 0) this.#isMoving = false
    else nextTick(this.#onTick)
  }

  #onTick = () => {
    const call = this.#calls[this.#at++]
    if (this.#at === this.#calls.length) {
      this.#calls = []
      this.#at = 0
    }
    this.#begin(call)
  }
}

/** A classic handler gets its body whole, so what has come counts as consumed. */
function collect(call, line) {
  let taken = 0
  call.onBody = () => {
    if (call.isOver) return
    const chunk = call.chunks[taken]
    if (chunk !== undefined) {
      taken += 1
      call.consumed(chunk.length)
    }
    if (!call.isBodyComplete) return
    call.onBody = undefined
    line.add(call)
  }
  call.onBody()
}

/**
 * For `fetch(request)`: begins when the head is here, the body is a stream.
 * @returns {Promise<Invoke>}
 */
export async function webInvoke(handler, envs, begun) {
  const { requestOf } = await import('./web.mjs')
  const { run, self } = handler
  const line = new Line((call) => {
    begun(call)
    currentCall.run(call, () => {
      let request
      try {
        request = requestOf(call)
      } catch (error) {
        call.fail(error)
        return
      }
      if (request === undefined) {
        call.status = 501
        call.finish(undefined)
        return
      }
      answer(call, run, self, request, envs)
    })
  })
  return (call) => line.add(call)
}

/** Calls the handler and sends what it returns, however it returns it. */
function answer(call, run, self, first, second) {
  try {
    const value = run.call(self, first, second)
    if (typeof value?.then === 'function') value.then(settler(call), failer(call))
    else settleSafely(call, value)
  } catch (error) {
    call.fail(error)
  }
}

function settler(call) {
  return (value) => settleSafely(call, value)
}

function failer(call) {
  return (error) => call.fail(error)
}

function settleSafely(call, value) {
  try {
    settle(call, value)?.catch(failer(call))
  } catch (error) {
    call.fail(error)
  }
}
