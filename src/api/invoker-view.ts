import type { FastifyInstance } from 'fastify'
import { roleOn } from '../domain/role.ts'
import { permissionOf } from './access.ts'

/*
 * What an invoker is shown: names, endpoints and states. Everything else that is text, a list or an
 * object comes empty, so that the answer keeps its form; a member that is added later is hidden until it
 * is named here.
 */

const FUNCTION = [
  'id',
  'name',
  'description',
  'runtime',
  'runtime_version',
  'flavor',
  'network',
  'endpoint',
  'status',
  'build_status',
  'deploy_status',
  'autoscaling',
  'memory_enforced_by',
  'cpu_enforced_by',
  'created_at',
  'updated_at',
]
const NAMESPACE = [...FUNCTION, 'functions', 'functions_deploy_status']
const CALL = [
  'id',
  'state',
  'method',
  'code',
  'accepted_at',
  'started_at',
  'next_attempt_at',
  'ended_at',
  'expires_at',
]

/** By operation, for each that an invoker may ask for: the members that are shown, or all of them. */
export const INVOKER_VIEW: Readonly<Record<string, 'all' | ReadonlySet<string>>> = {
  'NamespacesHandler.get': new Set([...NAMESPACE, 'results']),
  'NamespaceHandler.get': new Set(NAMESPACE),
  'FunctionsHandler.get': new Set([...FUNCTION, 'results']),
  'FunctionHandler.get': new Set(FUNCTION),
  'FunctionCallHandler.get': new Set(CALL),
  'RuntimesHandler.get': 'all',
  'FaaSFlavorsHandler.get': 'all',
}

const NOTHING: ReadonlySet<string> = new Set()
/** Members that are never empty, so that clients of the contract may rely on it. */
const NEVER_EMPTY: ReadonlySet<string> = new Set(['code_text', 'main_method'])
const HIDDEN = 'hidden'
/** Members that are null when there is nothing to say. */
const NULLED: ReadonlySet<string> = new Set(['last_failure', 'key_id', 'trigger'])

/** Narrows the answers of this context to what the one who asks may see. */
export function narrowAnswers(app: FastifyInstance): void {
  app.addHook('preSerialization', async (request, reply, payload) => {
    if (reply.statusCode >= 400 || request.principal === null) return payload
    if (permissionOf(request) !== 'project:invoker') return payload
    const { project_id: projectId } = request.params as { project_id: number }
    if (roleOn(request.principal.roles, projectId) !== 'invoker') return payload
    const schema = request.routeOptions.schema as { operationId?: string } | undefined
    const shown = INVOKER_VIEW[schema?.operationId ?? ''] ?? NOTHING
    // It is made from what is hidden too, and who knows the rest could guess that.
    reply.removeHeader('etag')
    return shown === 'all' ? payload : narrowed(payload, shown)
  })
}

function narrowed(value: unknown, shown: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => narrowed(item, shown))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      shown.has(name) ? narrowed(member, shown) : emptied(name, member),
    ]),
  )
}

/** Numbers, booleans and null stay: they tell of limits and counts. */
function emptied(name: string, value: unknown): unknown {
  if (NULLED.has(name)) return null
  if (typeof value === 'string') return NEVER_EMPTY.has(name) ? HIDDEN : ''
  if (Array.isArray(value)) return []
  return typeof value === 'object' && value !== null ? {} : value
}
