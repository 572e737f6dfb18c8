import { eventOf, InvalidJson } from './event.mjs'
import { currentCall } from './logs.mjs'
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
  return (call) => {
    if (call.isBodyComplete) invoke(call)
    else collect(call, invoke)
  }
}

/** A classic handler gets its body whole, so what has come counts as consumed. */
function collect(call, invoke) {
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
    invoke(call)
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
  return (call) => {
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
  }
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
