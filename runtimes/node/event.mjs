import { FunctionRequest } from './request.mjs'
import { FunctionResponse } from './response.mjs'

/** The body says that it is JSON, and is not. */
export class InvalidJson extends Error {}

const JSON_TYPE = /^application\/json$|\+json$/

/** `event.extensions`: the request and the response, made when asked for. */
class Extensions {
  #call
  #data
  #rawBody
  #request

  constructor(call, data, rawBody) {
    this.#call = call
    this.#data = data
    this.#rawBody = rawBody
  }

  get request() {
    this.#request ??= new FunctionRequest(this.#call, this.#data, this.#rawBody)
    return this.#request
  }

  get response() {
    this.#call.response ??= new FunctionResponse(this.#call)
    return this.#call.response
  }
}

/**
 * The event of a classic handler, from a call whose body is complete.
 * @param {import('./call.mjs').Call} call
 */
export function eventOf(call) {
  const rawBody = call.takeBody()
  const data = rawBody.length === 0 ? {} : dataOf(rawBody, call.header('content-type') ?? '')
  const extensions = new Extensions(call, data, rawBody)
  // Few callers send them, and to look for four takes longer than to see that there is none.
  const given = call.mentions('\nevent-') ? call : NOTHING_GIVEN
  return {
    data,
    'event-id': given.header('event-id') ?? (call.requestId || crypto.randomUUID()),
    'event-type': given.header('event-type'),
    'event-time': given.header('event-time') ?? now(),
    'event-namespace': given.header('event-namespace'),
    extensions,
    extension: extensions,
  }
}

const NOTHING_GIVEN = { header: () => undefined }

/** Throws InvalidJson. */
function dataOf(rawBody, contentType) {
  const semicolon = contentType.indexOf(';')
  const mediaType = (semicolon < 0 ? contentType : contentType.slice(0, semicolon))
    .trim()
    .toLowerCase()
  if (JSON_TYPE.test(mediaType)) return jsonOf(rawBody)
  if (mediaType.startsWith('text/')) return textOf(rawBody, contentType)
  return rawBody
}

function jsonOf(rawBody) {
  const text = rawBody.utf8Slice()
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch (error) {
    throw new InvalidJson(error.message)
  }
}

function textOf(rawBody, contentType) {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1].toLowerCase()
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8') return rawBody.utf8Slice()
  try {
    return new TextDecoder(charset).decode(rawBody)
  } catch {
    // A charset that nobody knows: UTF-8 is the likeliest, and the bytes are in request.rawBody.
    return rawBody.utf8Slice()
  }
}

let lastTimeMs = 0
let lastTime = ''

/** Many events share a millisecond; writing the time costs more than looking at the clock. */
function now() {
  const timeMs = Date.now()
  if (timeMs !== lastTimeMs) {
    lastTimeMs = timeMs
    lastTime = new Date(timeMs).toISOString()
  }
  return lastTime
}
