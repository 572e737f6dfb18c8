/**
 * A Fastify server on the port of the second argument that lets callers with a key of the database in the
 * folder of the first one through to the function on the unix socket of the third.
 */
import httpProxy from '@fastify/http-proxy'
import fastify from 'fastify'
import { createAuth } from './auth.mjs'

const [folder, port, functionSocket] = process.argv.slice(2)
const auth = createAuth(folder)
const app = fastify()

app.register(httpProxy, {
  upstream: `unix+http://${encodeURIComponent(functionSocket)}/`,
  undici: { connections: 64, pipelining: 1 },
  async preHandler(request, reply) {
    const key = request.headers['x-api-key']
    if (typeof key !== 'string') return reply.code(401).send()
    const { valid } = await auth.api.verifyApiKey({ body: { key } })
    if (!valid) return reply.code(401).send()
  },
  replyOptions: {
    rewriteRequestHeaders(_request, { 'x-api-key': _key, ...headers }) {
      return headers
    },
  },
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
process.on('SIGTERM', () => process.exit(0))
