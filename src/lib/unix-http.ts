import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { request } from './http.ts'

export interface UnixHttpRequest {
  readonly socketPath: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** One HTTP exchange over a unix socket; rejects on a status other than 2xx and on the time limit. */
export async function unixHttpJson(options: UnixHttpRequest): Promise<unknown> {
  const response = await unixHttp(options)
  const body = await text(response)
  const status = response.statusCode ?? 0
  if (status < 200 || status > 299) throw new Error(`${options.path} answered ${status}`)
  return body === '' ? null : JSON.parse(body)
}

/** The response once its head is there; its body is the caller's to read. */
export function unixHttp(options: UnixHttpRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({
      socketPath: options.socketPath,
      method: options.method,
      path: options.path,
      // An address, because Node compiles a large expression, for 10 ms, to see that a name is none.
      headers: { host: '127.0.0.1', ...(options.body === undefined ? {} : JSON_HEADERS) },
      agent: false,
      ...(options.signal && { signal: options.signal }),
    })
    // Covers the whole exchange up to the head; a stream that follows has its own heartbeat.
    const timer = setTimeout(
      () =>
        sent.destroy(new Error(`${options.path} did not answer within ${options.timeoutMs} ms`)),
      options.timeoutMs,
    )
    sent.on('response', (response) => {
      clearTimeout(timer)
      resolve(response)
    })
    sent.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    sent.end(options.body === undefined ? undefined : JSON.stringify(options.body))
  })
}

const JSON_HEADERS = { 'content-type': 'application/json' }
