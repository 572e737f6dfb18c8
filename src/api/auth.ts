import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { Control } from '../control/control.ts'
import type { Actor } from '../domain/audit.ts'
import { PublicError } from '../domain/errors.ts'
import { parseAuthorization, TOKEN_PATTERN, type Token } from '../domain/token.ts'
import { invariant } from '../lib/assert.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null before authentication, and on routes that need none. */
    token: Token | null
  }
}

export function authenticate(control: Pick<Control, 'tokens'>): onRequestAsyncHookHandler {
  return async (request) => {
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
    request.token = token
  }
}

/** Who asks, for the audit. Only on routes behind {@link authenticate}. */
export function actorOf(request: FastifyRequest): Actor {
  invariant(request.token !== null, 'changes come from authenticated requests')
  const { id, name } = request.token
  return { tokenId: id, userId: 0, name, requestId: request.id, address: request.ip }
}
