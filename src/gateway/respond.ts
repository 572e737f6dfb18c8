import { type ErrorCode, PUBLIC_ERRORS, problemOf } from '../domain/errors.ts'
import { STATUS_CODES } from '../lib/http.ts'
import type { CallerResponse } from './caller.ts'
import { ALLOW_ANY_ORIGIN, exposedHeaders } from './cors.ts'
import { KEY_EXPIRES } from './key-expiry.ts'

export interface ProblemOptions {
  readonly requestId: string
  readonly crossOrigin?: boolean
  /** When the secret ends that the caller has used, if that is soon. */
  readonly keyExpires?: string | undefined
  /** Another sentence than the code's own. */
  readonly detail?: string | undefined
  /** Whole seconds, where another time is known than the code's own. */
  readonly retryAfterSeconds?: number | undefined
  /** Whether the connection ends with this answer. */
  readonly close?: boolean
}

export interface RenderedProblem {
  readonly status: number
  readonly fields: string[]
  readonly body: string
  readonly bodyBytes: number
}

/** How long a caller may go on sending after it was refused, so that it can read why. */
const LINGER_MS = 2000

export function renderProblem(code: ErrorCode, options: ProblemOptions): RenderedProblem {
  const body = JSON.stringify(problemOf(code, options.requestId, options.detail))
  const bodyBytes = Buffer.byteLength(body)
  const fields = [
    'content-type',
    'application/problem+json',
    'content-length',
    String(bodyBytes),
    'cache-control',
    'no-store',
    'x-request-id',
    options.requestId,
  ]
  const status = PUBLIC_ERRORS[code][0]
  if (status === 401) fields.push('www-authenticate', 'ApiKey realm="latchkey"')
  const retryAfterSeconds = options.retryAfterSeconds ?? retryAfterOf(code, status)
  if (retryAfterSeconds !== undefined) {
    fields.push('retry-after', String(Math.max(1, Math.ceil(retryAfterSeconds))))
  }
  const { keyExpires } = options
  if (keyExpires !== undefined) fields.push(KEY_EXPIRES, keyExpires)
  if (options.crossOrigin === true) {
    fields.push(...ALLOW_ANY_ORIGIN, ...exposedHeaders(keyExpires !== undefined))
  }
  if (options.close === true) fields.push('connection', 'close')
  return { status, fields, body, bodyBytes }
}

/** Whole seconds, for what may be over soon; a disabled function is not. */
function retryAfterOf(code: ErrorCode, status: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined
  return code === 'function_disabled' ? undefined : 1
}

/**
 * Answers with a problem and returns how long its body is, in bytes. `isSending`: the caller still has
 * a body to send, though the connection ends.
 */
export function respondProblem(
  res: CallerResponse,
  code: ErrorCode,
  options: ProblemOptions,
  isSending: boolean,
): number {
  const { status, fields, body, bodyBytes } = renderProblem(code, options)
  res.writeHead(status, fields)
  if (isSending) endAfterRequest(res, body)
  else res.end(body)
  return bodyBytes
}

/** The same as bytes, for a socket whose request could not be parsed. */
export function problemAsText(code: ErrorCode, requestId: string): string {
  const { status, fields, body } = renderProblem(code, { requestId, close: true })
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`
  return `${head}date: ${new Date().toUTCString()}\r\n\r\n${body}`
}

/**
 * A socket that is closed while bytes arrive is reset, and the reset can overtake the answer. So the
 * whole answer is written, and the socket closed only after the caller has stopped sending.
 */
function endAfterRequest(res: CallerResponse, body: string): void {
  res.write(body)
  const finish = () => {
    clearTimeout(timer)
    res.end()
  }
  const timer = setTimeout(finish, LINGER_MS)
  res.req.once('end', finish)
  res.once('close', () => clearTimeout(timer))
  res.req.resume()
}
