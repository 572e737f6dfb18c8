import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { Control } from '../control/control.ts'
import type { Actor } from '../domain/audit.ts'
import { PublicError } from '../domain/errors.ts'
import { actorFor, type PresentedCredential, type Principal } from '../domain/principal.ts'
import { parseAuthorization, TOKEN_PATTERN } from '../domain/token.ts'
import { invariant, unreachable } from '../lib/assert.ts'
import { utcSeconds } from '../lib/utc-time.ts'
import { permissionOf, refuseAccess } from './access.ts'
import { requireSamePage, sessionSecretOf } from './session-cookie.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null before authentication, and on routes that need none. */
    principal: Principal | null
  }
}

type Principals = Pick<Control, 'principals'>

/** By the token of the Authorization header, else by the cookie of a session. */
export function authenticate(control: Principals): onRequestAsyncHookHandler {
  return async (request) => {
    if (permissionOf(request) === 'anyone') return
    request.principal = await principalOf(control, request)
  }
}

/**
 * Whether who asked, when the request began, might ask still: for answers that go on and on. A token
 * may be deleted meanwhile, a session end, a role be taken away.
 */
export async function mayStillAsk(control: Principals, request: FastifyRequest): Promise<boolean> {
  try {
    request.principal = await principalOf(control, request)
    refuseAccess(request)
    return true
  } catch (error) {
    if (error instanceof PublicError) return false
    throw error
  }
}

/** Who asks, for the audit. Only on routes behind {@link authenticate}. */
export function actorOf(request: FastifyRequest): Actor {
  return actorFor(requirePrincipal(request), request.id, request.ip)
}

export function requirePrincipal(request: FastifyRequest): Principal {
  invariant(request.principal !== null, 'the route is behind authentication')
  return request.principal
}

async function principalOf(
  { principals }: Principals,
  request: FastifyRequest,
): Promise<Principal> {
  const presented = presentedBy(request)
  const known = await principals.find(presented)
  switch (known.kind) {
    case 'known':
      return known.principal
    case 'expired': {
      const detail = `The API token expired on ${utcSeconds(known.expireMs)}.`
      throw new PublicError('unauthorized', detail)
    }
    case 'disabled':
      throw new PublicError('unauthorized', 'The person whose token this is may not work here now.')
    case 'unknown':
      throw new PublicError(
        'unauthorized',
        presented.kind === 'token'
          ? 'The API token is not valid.'
          : 'The session has ended; log in again.',
      )
    default:
      return unreachable(known)
  }
}

function presentedBy(request: FastifyRequest): PresentedCredential {
  const header = request.headers.authorization
  if (header !== undefined) {
    // A proxy may have looked at another one than is read here.
    if (isRepeated(request, 'authorization')) {
      throw new PublicError('unauthorized', 'The Authorization header is there more than once.')
    }
    const token = parseAuthorization(header)
    if (token !== undefined) return { kind: 'token', token }
    const detail = `The Authorization header must be \`apikey <token>\`, the token ${TOKEN_PATTERN}.`
    throw new PublicError('unauthorized', detail)
  }
  const secret = sessionSecretOf(request)
  if (secret === undefined) {
    throw new PublicError('unauthorized', 'The Authorization header is missing: `apikey <token>`.')
  }
  requireSamePage(request)
  return { kind: 'session', secret }
}

function isRepeated({ raw: { rawHeaders } }: FastifyRequest, name: string): boolean {
  return rawHeaders.filter((one, i) => i % 2 === 0 && one.toLowerCase() === name).length > 1
}
