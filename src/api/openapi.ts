import swagger, { type SwaggerOptions } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'

/** Nothing on the page comes from elsewhere, and nothing may frame it. */
const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Makes `/openapi.json` from the routes that are registered after it, and `/docs` to read it. */
export function registerOpenapi(app: FastifyInstance, version: string): void {
  app.register(swagger, swaggerOptions(version))
  app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { layout: 'BaseLayout', deepLinking: true, validatorUrl: null },
    staticCSP: DOCS_POLICY,
  })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

function swaggerOptions(version: string): SwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Latchkey REST API',
        description: 'Functions as a service whose endpoints open only with API keys.',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This server.' }],
      components: {
        securitySchemes: {
          APIKey: {
            type: 'apiKey',
            in: 'header',
            name: 'Authorization',
            description: '`apikey <token>`, the token being `<id>$<secret>`.',
          },
        },
      },
    },
    // Components keep their own names instead of `def-0`.
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) => String(json.$id ?? `def-${i}`),
    },
  }
}
