import { KEY_EXPIRES } from './key-expiry.ts'
import type { RequestHead } from './request-head.ts'

/*
 * Functions are opened by a key that a page must know and send itself, never by a cookie that a browser
 * adds. So any origin may read an answer, and a function that wants it otherwise sets the header.
 */
export const ALLOW_ANY_ORIGIN = ['access-control-allow-origin', '*'] as const
const EXPOSE = 'access-control-expose-headers'
const EXPOSE_REQUEST_ID = [EXPOSE, 'x-request-id'] as const
const EXPOSE_KEY_EXPIRY_TOO = [EXPOSE, `x-request-id, ${KEY_EXPIRES}`] as const

const PREFLIGHT_SECONDS = '7200'

/** Which of the gateway's own headers a page may read. */
export function exposedHeaders(hasKeyExpiry: boolean): readonly [name: string, value: string] {
  return hasKeyExpiry ? EXPOSE_KEY_EXPIRY_TOO : EXPOSE_REQUEST_ID
}

/** A browser's question whether it may send a request, which it asks without the key. */
export function isPreflight(method: string, head: RequestHead): boolean {
  return method === 'OPTIONS' && head.requestedMethod !== ''
}

/** The headers of the answer to a preflight: what was asked for is allowed. */
export function preflightHeaders(head: RequestHead): string[] {
  return [
    ...ALLOW_ANY_ORIGIN,
    'access-control-allow-methods',
    head.requestedMethod,
    'access-control-allow-headers',
    head.requestedHeaders === '' ? 'x-api-key' : head.requestedHeaders,
    'access-control-max-age',
    PREFLIGHT_SECONDS,
    'vary',
    'access-control-request-method, access-control-request-headers',
  ]
}
