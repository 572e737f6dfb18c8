import type { FastifyReply, FastifyRequest } from 'fastify'
import { PublicError } from '../domain/errors.ts'

/*
 * The cookie of a session. Over HTTPS its name begins with `__Host-`, which browsers let only this very
 * host set, over HTTPS; over plain HTTP they would not keep such a one.
 */
const NAME = 'latchkey-session'
const SECURE_NAME = `__Host-${NAME}`
const SECRET = /^[\w-]{43}$/
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

export const CSRF_HEADER = 'x-latchkey-csrf'

/** Undefined when there is none, or what is none. */
export function sessionSecretOf(request: FastifyRequest): string | undefined {
  const value = request.cookies[isSecure(request) ? SECURE_NAME : NAME]
  return value !== undefined && SECRET.test(value) ? value : undefined
}

export function setSessionCookie(reply: FastifyReply, secret: string, endMs: number): void {
  const secure = isSecure(reply.request)
  reply.setCookie(secure ? SECURE_NAME : NAME, secret, {
    ...attributes(secure),
    expires: new Date(endMs),
  })
}

export function clearSessionCookie(reply: FastifyReply): void {
  const secure = isSecure(reply.request)
  reply.clearCookie(secure ? SECURE_NAME : NAME, attributes(secure))
}

/** Browsers send cookies along whoever asks them to; a change must come from this server's own page. */
export function requireSamePage(request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return
  if (request.headers[CSRF_HEADER] !== '1') {
    const detail = 'A change with a cookie needs the header `X-Latchkey-CSRF: 1`.'
    throw new PublicError('cross_site_request', detail)
  }
  if (comesFrom(request) !== 'here') throw new PublicError('cross_site_request')
}

/** Nobody is to be signed in to somebody else's account by another page; programs say nothing of pages. */
export function refuseOtherPages(request: FastifyRequest): void {
  if (comesFrom(request) === 'elsewhere') throw new PublicError('cross_site_request')
}

function comesFrom(request: FastifyRequest): 'here' | 'elsewhere' | 'unknown' {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (site !== undefined) return site === 'same-origin' ? 'here' : 'elsewhere'
  if (origin === undefined) return 'unknown'
  return origin === `${request.protocol}://${request.host}` ? 'here' : 'elsewhere'
}

function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https'
}

function attributes(secure: boolean) {
  return { httpOnly: true, sameSite: 'strict', path: '/', secure } as const
}
