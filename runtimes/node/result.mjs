/** What a handler returned becomes the response. See ../PROTOCOL.md for the table. */

const TEXT = 'text/plain; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'
const BYTES = 'application/octet-stream'

/**
 * @param {import('./call.mjs').Call} call
 * @param {unknown} value
 * @returns {void | Promise<void>} a promise where the response goes on after this
 */
export function settle(call, value) {
  if (call.isOver) return
  const { response } = call
  const isNothing = value === undefined || value === response
  // Ended, piped into, or written to without a further word: the handler ends the response itself.
  if (response?.isTaken || (isNothing && call.hasSentHead)) return
  if (isNothing) return finish(call, undefined)
  switch (typeof value) {
    case 'string':
      return finish(call, value, TEXT)
    case 'number':
    case 'boolean':
      return finish(call, JSON.stringify(value), JSON_TYPE)
    case 'object':
      return settleObject(call, value)
    default:
      throw new TypeError(`A handler cannot answer with a ${typeof value}.`)
  }
}

function settleObject(call, value) {
  if (value === null) return finish(call, 'null', JSON_TYPE)
  const bytes = bytesOf(value)
  if (bytes !== undefined) return finish(call, bytes, BYTES)
  if (isWebResponse(value)) return sendWebResponse(call, value)
  if (isStream(value)) return pump(call, value)
  return finish(call, JSON.stringify(value), JSON_TYPE)
}

function finish(call, body, type) {
  if (call.hasSentHead) {
    if (body !== undefined) call.write(typeof body === 'string' ? Buffer.from(body) : body, true)
    else call.end()
    return
  }
  if (type !== undefined) call.defaultType(type)
  call.finish(body)
}

/** Bytes of any shape as a Uint8Array; undefined for anything else. */
function bytesOf(value) {
  if (value instanceof Uint8Array) return value
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  }
  // Also from another realm, where instanceof fails.
  const tag = Object.prototype.toString.call(value)
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]'
    ? new Uint8Array(value)
    : undefined
}

/** By its shape: the global class is loaded only when touched, and frameworks bring their own. */
function isWebResponse(value) {
  return (
    typeof value.status === 'number' &&
    typeof value.arrayBuffer === 'function' &&
    typeof value.headers?.get === 'function'
  )
}

async function sendWebResponse(call, response) {
  const web = await import('./web.mjs')
  return web.sendResponse(call, response)
}

function isStream(value) {
  return (
    typeof value[Symbol.asyncIterator] === 'function' ||
    (typeof value[Symbol.iterator] === 'function' && typeof value.next === 'function')
  )
}

/** Sends an iterable's chunks as they come, and stops it when the caller has gone. */
async function pump(call, source) {
  if (call.hasNoBody) {
    stop(source)
    call.sendHead()
    call.end()
    return
  }
  call.onCancel = () => stop(source)
  for await (const chunk of source) {
    if (call.isOver) break
    if (!call.write(chunkOf(chunk), false)) await call.drained()
    if (call.isOver) break
  }
  call.end()
}

function chunkOf(chunk) {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  const bytes = typeof chunk === 'object' && chunk !== null ? bytesOf(chunk) : undefined
  if (bytes === undefined) throw new TypeError('A streamed answer must give text or bytes.')
  return bytes
}

function stop(source) {
  if (typeof source.destroy === 'function') {
    // Its error has nobody left to hear it: the caller is gone.
    source.on?.('error', () => {})
    source.destroy()
  } else if (typeof source.cancel === 'function') {
    source.cancel().catch(() => {})
  } else {
    // Settles when the generator reaches its next yield; what it throws then concerns nobody.
    Promise.resolve(source.return?.()).catch(() => {})
  }
}
