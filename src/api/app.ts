import type { SecureContextOptions } from 'node:tls'
import cookie from '@fastify/cookie'
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Control } from '../control/control.ts'
import type { Clock } from '../lib/clock.ts'
import { newRequestId } from '../lib/ids.ts'
import type { Tracing } from '../observability/tracing.ts'
import { ACCESS, checkAccess } from './access.ts'
import { authenticate } from './auth.ts'
import type { RouteDeps, Routes } from './deps.ts'
import { answerClientError, answerErrors, answerFrameworkError } from './error-answers.ts'
import { Idempotency } from './idempotency.ts'
import { narrowAnswers } from './invoker-view.ts'
import { parseJsonBody, refuseEncodedBody } from './json-body.ts'
import { refuseUnknownPaths } from './not-found.ts'
import { registerOpenapi } from './openapi.ts'
import { servePortal } from './portal.ts'
import { auditRoutes } from './routes/audit.ts'
import { buildRoutes } from './routes/builds.ts'
import { callRoutes } from './routes/calls.ts'
import { deletedKeyRoutes } from './routes/deleted-keys.ts'
import { flavorRoutes } from './routes/flavors.ts'
import { functionNameRoutes } from './routes/function-names.ts'
import { functionOverviewRoutes } from './routes/function-overview.ts'
import { functionRoutes } from './routes/functions.ts'
import { healthRoutes, type Readiness } from './routes/health.ts'
import { iamTokenRoutes } from './routes/iam-tokens.ts'
import { isolationRoutes } from './routes/isolation.ts'
import { keyPropagationRoutes } from './routes/key-propagation.ts'
import { keyReviewRoutes } from './routes/key-reviews.ts'
import { keyRotationRoutes } from './routes/key-rotation.ts'
import { keySettingsRoutes } from './routes/key-settings.ts'
import { keyRoutes } from './routes/keys.ts'
import { logRoutes } from './routes/logs.ts'
import { mailRoutes } from './routes/mails.ts'
import { memberRoutes } from './routes/members.ts'
import { namespaceRoutes } from './routes/namespaces.ts'
import { nodeRoutes } from './routes/nodes.ts'
import { notificationRoutes } from './routes/notifications.ts'
import { projectRoutes } from './routes/projects.ts'
import { regionRoutes } from './routes/regions.ts'
import { runtimeRoutes } from './routes/runtimes.ts'
import { logInRoutes, sessionRoutes } from './routes/sessions.ts'
import { taskRoutes } from './routes/tasks.ts'
import { testRoutes } from './routes/tests.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { triggerRoutes } from './routes/triggers.ts'
import { usageRoutes } from './routes/usage.ts'
import { userActionRoutes } from './routes/user-actions.ts'
import { userRoutes } from './routes/users.ts'
import { versionRoutes } from './routes/versions.ts'
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { COMPONENTS } from './schemas/components.ts'
import { refuseWhileClosing } from './shutdown.ts'
import { traceRequests } from './trace-requests.ts'
import { createValidatorCompiler } from './validation.ts'

export interface ApiOptions {
  readonly control: Control
  /** Nothing is logged without one. */
  readonly logger?: FastifyBaseLogger
  readonly clock: Clock
  /** The version that the OpenAPI document names. */
  readonly version: string
  readonly bodyBytesMax: number
  /** Addresses and ranges of those who are believed in `X-Forwarded-*`; nobody unless told. */
  readonly trustedProxies?: readonly string[]
  /** HTTPS instead of plain HTTP. */
  readonly tls?: SecureContextOptions | undefined
  /** Asked by `/readyz`; ready when absent. */
  readonly readiness?: Readiness
  /** Nothing is traced without one. */
  readonly tracing?: Tracing | undefined
  /** Where the built portal is; it is not served without one. */
  readonly portalDir?: string | null
  /** Told of each answer; `route` has the names of its parameters, and is empty when there is none. */
  readonly onAnswered?: (method: string, route: string, status: number, ms: number) => void
}

const REQUEST_TIMEOUT_MS = 60_000
const HANDSHAKE_TIMEOUT_MS = 10_000
/** Names are shorter; a longer one still gets the sentence that says the rule. */
const PATH_PARAMETER_CHARS_MAX = 1000

const CLOUD_ROUTES: readonly Routes[] = [
  keyRoutes,
  deletedKeyRoutes,
  keySettingsRoutes,
  keyRotationRoutes,
  keyPropagationRoutes,
  usageRoutes,
  keyReviewRoutes,
  auditRoutes,
  userActionRoutes,
  namespaceRoutes,
  functionRoutes,
  functionOverviewRoutes,
  functionNameRoutes,
  buildRoutes,
  versionRoutes,
  logRoutes,
  testRoutes,
  callRoutes,
  triggerRoutes,
  webhookRoutes,
  webhookDeliveryRoutes,
  mailRoutes,
  runtimeRoutes,
  isolationRoutes,
  nodeRoutes,
  flavorRoutes,
  taskRoutes,
  notificationRoutes,
  projectRoutes,
  regionRoutes,
  tokenRoutes,
  userRoutes,
  memberRoutes,
  sessionRoutes,
]

const ROUTES: Readonly<Record<string, readonly Routes[]>> = {
  '/cloud': CLOUD_ROUTES,
  '/iam': [logInRoutes, iamTokenRoutes],
}

/** The REST API, not yet listening. */
export function createApi(options: ApiOptions): FastifyInstance {
  const { control, clock } = options
  const idempotency = new Idempotency(control.idempotency)
  const app = bareApp(options)
  if (options.tracing !== undefined) traceRequests(app, options.tracing)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
  })
  refuseWhileClosing(app)
  answerErrors(app, idempotency)
  refuseUnknownPaths(app)
  app.register(cookie)
  registerOpenapi(app, options.version)
  app.register(healthRoutes(options.readiness ?? (async () => [])))
  if (typeof options.portalDir === 'string') servePortal(app, options.portalDir)
  const deps = { control, clock, idempotency }
  for (const [prefix, routes] of Object.entries(ROUTES)) {
    app.register(
      (below, _options, done) => {
        registerRoutes(below, deps, routes)
        done()
      },
      { prefix },
    )
  }
  return app
}

function bareApp(options: ApiOptions): FastifyInstance {
  const { logger, bodyBytesMax, tls, onAnswered, trustedProxies = [] } = options
  const app: FastifyInstance = fastify({
    ...(tls !== undefined && { https: { ...tls, handshakeTimeout: HANDSHAKE_TIMEOUT_MS } }),
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newRequestId,
    requestIdHeader: false,
    bodyLimit: bodyBytesMax,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestTimeout: REQUEST_TIMEOUT_MS,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: PATH_PARAMETER_CHARS_MAX },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  })
  for (const component of COMPONENTS) app.addSchema(component)
  app.setValidatorCompiler(createValidatorCompiler())
  // Answers are built by hand from entities, so there is nothing to filter; a test checks their form.
  app.setSerializerCompiler(() => JSON.stringify)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) =>
      body.length === 0 ? undefined : parseJsonBody(body),
  )
  app.addHook('preParsing', async ({ headers }) => refuseEncodedBody(headers['content-encoding']))
  app.decorateRequest('principal', null)
  app.decorateRequest('idempotent', null)
  app.addHook('onResponse', async (request, reply) => {
    const { method, principal } = request
    const path = request.url.split('?', 1)[0]
    const ms = Math.round(reply.elapsedTime * 10) / 10
    const route = request.is404 ? '' : (request.routeOptions.url ?? '')
    onAnswered?.(method, route, reply.statusCode, reply.elapsedTime)
    const who = principal === null ? {} : { [`${principal.kind}Id`]: principal.id }
    request.log.info({ method, path, status: reply.statusCode, ms, ...who }, 'answered')
  })
  return app
}

/** Behind authentication and the table of access. */
function registerRoutes(app: FastifyInstance, deps: RouteDeps, all: readonly Routes[]): void {
  app.addHook('onRequest', authenticate(deps.control))
  checkAccess(app)
  narrowAnswers(app)
  app.addHook('onRoute', (route) => {
    const { operationId = '' } = (route.schema ?? {}) as { operationId?: string }
    const security = ACCESS[operationId] === 'anyone' ? [] : [{ APIKey: [] }]
    route.schema = { ...route.schema, security }
  })
  app.addHook('preValidation', async (request, reply) => deps.idempotency.replay(request, reply))
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  for (const routes of all) app.register(routes(deps))
}
