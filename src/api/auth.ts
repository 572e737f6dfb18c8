import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { Control } from '../control/control.ts'
import type { Actor } from '../domain/audit.ts'
import { PublicError } from '../domain/errors.ts'
import type { Principal } from '../domain/principal.ts'
import { OWNER_OF_ALL } from '../domain/role.ts'
import { parseAuthorization, TOKEN_PATTERN } from '../domain/token.ts'
import { invariant } from '../lib/assert.ts'
import { permissionOf } from './access.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null before authentication, and on routes that need none. */
    principal: Principal | null
  }
}

export function authenticate(control: Pick<Control, 'tokens'>): onRequestAsyncHookHandler {
  return async (request) => {
    if (permissionOf(request) === 'anyone') return
    const header = request.headers.authorization
    if (header === undefined) {
      throw new PublicError(
        'unauthorized',
        'The Authorization header is missing: `apikey <token>`.',
      )
    }
    const presented = parseAuthorization(header)
    if (presented === undefined) {
      const detail = `The Authorization header must be \`apikey <token>\`, the token ${TOKEN_PATTERN}.`
      throw new PublicError('unauthorized', detail)
    }
    const token = await control.tokens.authenticate(presented)
    if (token === undefined) throw new PublicError('unauthorized', 'The API token is not valid.')
    request.principal = { kind: 'token', id: token.id, name: token.name, roles: OWNER_OF_ALL }
  }
}

/** Who asks, for the audit. Only on routes behind {@link authenticate}. */
export function actorOf(request: FastifyRequest): Actor {
  invariant(request.principal !== null, 'changes come from authenticated requests')
  const { kind, id, name } = request.principal
  return {
    tokenId: kind === 'token' ? id : 0,
    userId: kind === 'user' ? id : 0,
    name,
    requestId: request.id,
    address: request.ip,
  }
}
