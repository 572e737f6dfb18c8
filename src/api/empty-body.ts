import type { FastifyRequest } from 'fastify'

/** A preValidation hook for bodies in which nothing is required: no body says the same as an empty one. */
export async function emptyBody(request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {}
}
