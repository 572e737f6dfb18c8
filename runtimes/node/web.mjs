/** Handlers in the Web's form: a Request in, a Response out. Loaded only where it is used. */

const CALLER_GONE = 'The caller has gone.'

/**
 * @param {import('./call.mjs').Call} call
 * @returns {Request} undefined for a method that a Request cannot have
 */
export function requestOf(call) {
  const { method, fields } = call
  if (method === 'TRACE' || method === 'TRACK' || method === 'CONNECT') return undefined
  const headers = []
  for (let i = 2; i < fields.length; i += 2) headers.push([fields[i], fields[i + 1]])
  const init = { method, headers, signal: call.signal }
  if (method !== 'GET' && method !== 'HEAD') setBody(init, call)
  return new Request(urlOf(call), init)
}

function setBody(init, call) {
  if (call.isBodyComplete) {
    const body = call.takeBody()
    if (body.length > 0) init.body = body
    return
  }
  init.body = bodyStream(call)
  init.duplex = 'half'
}

/** Reads from the gateway only as fast as the handler reads from it. */
function bodyStream(call) {
  return new ReadableStream(
    {
      type: 'bytes',
      pull(controller) {
        return new Promise((resolve) => {
          const step = () => {
            call.onBody = undefined
            resolve(pullOnce(call, controller))
          }
          if (call.chunks.length > 0 || call.isBodyComplete || call.isOver) step()
          else call.onBody = step
        })
      },
    },
    { highWaterMark: 0 },
  )
}

function pullOnce(call, controller) {
  const chunk = call.chunks.shift()
  if (chunk !== undefined) {
    const { length } = chunk
    controller.enqueue(ownBytes(chunk))
    call.consumed(length)
  } else if (call.isBodyComplete) {
    controller.close()
    // A reader that brought its own buffer waits for this.
    controller.byobRequest?.respond(0)
  } else {
    controller.error(new DOMException(CALLER_GONE, 'AbortError'))
  }
}

/** The stream takes the memory over, so what shares its memory with other frames is copied. */
function ownBytes(chunk) {
  const isOwn = chunk.byteLength === chunk.buffer.byteLength
  return isOwn ? new Uint8Array(chunk.buffer) : new Uint8Array(chunk)
}

function urlOf(call) {
  const proto = call.header('x-forwarded-proto') ?? 'http'
  const host = call.header('x-forwarded-host') || call.header('host') || 'localhost'
  const target = call.target.startsWith('/') ? call.target : `/${call.target}`
  const url = `${proto}://${host}${target}`
  return URL.canParse(url) ? url : `http://localhost${target}`
}

/**
 * @param {import('./call.mjs').Call} call
 * @param {Response} response
 */
export async function sendResponse(call, response) {
  call.status = response.status
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') call.setHeader(name, value)
  }
  const cookies = response.headers.getSetCookie?.() ?? []
  if (cookies.length > 0) call.setHeader('set-cookie', cookies)
  if (response.body === null || call.hasNoBody) {
    await response.body?.cancel()
    endWithout(call, response)
    return
  }
  await sendBody(call, response.body.getReader())
}

function endWithout(call, response) {
  if (response.body !== null) call.sendHead()
  call.end()
}

async function sendBody(call, reader) {
  call.onCancel = () => {
    // What a cancelled stream throws concerns nobody: the caller is gone.
    reader.cancel(CALLER_GONE).catch(() => {})
  }
  const first = await reader.read()
  if (first.done || call.isOver) return call.end()
  let next = reader.read()
  if ((await settledSoon(next))?.done === true) return call.finish(bytesOf(first.value))
  await send(call, first.value)
  for (;;) {
    const { done, value } = await next
    if (done || call.isOver) return call.end()
    await send(call, value)
    next = reader.read()
  }
}

/** A body that ends within this turn is whole: it gets a length, and goes in one frame. */
function settledSoon(read) {
  return Promise.race([
    read.catch(() => undefined),
    new Promise((resolve) => setImmediate(resolve, undefined)),
  ])
}

async function send(call, chunk) {
  if (!call.write(bytesOf(chunk), false)) await call.drained()
}

function bytesOf(chunk) {
  if (!ArrayBuffer.isView(chunk)) throw new TypeError('A Response body must give bytes.')
  return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}
