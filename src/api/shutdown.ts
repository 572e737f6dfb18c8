import type { FastifyInstance } from 'fastify'
import { PublicError } from '../domain/errors.ts'

/** Requests that came before the close are finished; those that come after it are told so. */
export function refuseWhileClosing(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onRequest', async (_request, reply) => {
    if (!closing) return
    reply.header('connection', 'close')
    throw new PublicError('shutting_down')
  })
}
