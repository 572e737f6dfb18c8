import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { Health, ReadinessSchema } from '../schemas/health.ts'
import { ref } from '../schemas/helpers.ts'

/** What keeps the server from being ready, in sentences that anyone may read; empty when it is. */
export type Readiness = () => Promise<readonly string[]>

export function healthRoutes(readiness: Readiness): FastifyPluginCallbackTypebox {
  return (app, _options, done) => {
    const tags = ['health']
    const healthz = { operationId: 'HealthHandler.get', summary: 'Does the process answer?', tags }
    app.get(
      '/healthz',
      { schema: { ...healthz, response: { 200: answers('It does.', ref(Health)) } } },
      async () => ({ status: 'ok' }),
    )

    const readyz = { operationId: 'ReadinessHandler.get', summary: 'Can it serve?', tags }
    const response = {
      200: answers('It can.', ref(ReadinessSchema)),
      503: answers('It cannot, or not yet.', ref(ReadinessSchema)),
    }
    app.get('/readyz', { schema: { ...readyz, response } }, async (_request, reply) => {
      const missing = await readiness()
      if (missing.length === 0) return { status: 'ready', message: '' }
      return reply.code(503).send({ status: 'not ready', message: missing.join(' ') })
    })
    done()
  }
}

function answers<T>(description: string, schema: T) {
  return { description, content: { 'application/json': { schema } } }
}
