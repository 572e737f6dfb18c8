import type { FastifyInstance, FastifyRequest } from 'fastify'
import { PublicError } from '../domain/errors.ts'
import { mayDo, type Permission, projectsWith, type Role, roleNeeded } from '../domain/role.ts'
import { invariant } from '../lib/assert.ts'

/** What each operation asks of who calls it. One that is missing here is refused, and fails a test. */
export const ACCESS: Readonly<Record<string, Permission>> = {
  // Keys
  'FaaSAuthKeysHandler.get': 'project:viewer',
  'FaaSAuthKeysHandler.post': 'project:editor',
  'FaaSAuthKeyHandler.get': 'project:viewer',
  'FaaSAuthKeyHandler.patch': 'project:editor',
  'FaaSAuthKeyHandler.delete': 'project:editor',
  'DeletedKeysHandler.get': 'project:viewer',
  'DeletedKeyRestoreHandler.post': 'project:editor',
  'DeletedKeyHandler.delete': 'project:editor',
  'KeySettingsHandler.get': 'project:viewer',
  'KeySettingsHandler.patch': 'project:owner',
  'FaaSAuthKeyUsageHandler.get': 'project:viewer',
  'KeyReviewsHandler.get': 'project:viewer',
  'FaaSAuthKeyPropagationHandler.get': 'project:viewer',
  'FaaSAuthKeyAddressesHandler.get': 'project:viewer',
  'FaaSAuthKeyRotateHandler.post': 'project:editor',
  'FaaSAuthKeyRotationCancelHandler.post': 'project:editor',
  'FaaSAuthKeyRotationFinishHandler.post': 'project:editor',
  // Namespaces
  'NamespacesHandler.get': 'project:invoker',
  'NamespacesHandler.post': 'project:editor',
  'NamespaceHandler.get': 'project:invoker',
  'NamespaceHandler.patch': 'project:editor',
  'NamespaceHandler.delete': 'project:editor',
  // Functions
  'FunctionNamesHandler.get': 'project:viewer',
  'FunctionsHandler.get': 'project:invoker',
  'FunctionsHandler.post': 'project:editor',
  'FunctionHandler.get': 'project:invoker',
  'FunctionHandler.patch': 'project:editor',
  'FunctionHandler.delete': 'project:editor',
  'FunctionBuildHandler.get': 'project:viewer',
  'FunctionTestHandler.post': 'project:editor',
  'FunctionUsageHandler.get': 'project:viewer',
  'FunctionInstancesHandler.get': 'project:viewer',
  'FunctionsOverviewHandler.get': 'project:viewer',
  'LogsFunctionHandler.get': 'project:viewer',
  'FunctionVersionsHandler.get': 'project:viewer',
  'FunctionVersionHandler.get': 'project:viewer',
  'FunctionVersionDiffHandler.get': 'project:viewer',
  'FunctionVersionRollbackHandler.post': 'project:editor',
  // Calls: their ids are told to nobody but who made them, and to who may list them.
  'FunctionCallsHandler.get': 'project:viewer',
  'FunctionCallHandler.get': 'project:invoker',
  'FunctionCallHandler.delete': 'project:editor',
  'FunctionCallRetryHandler.post': 'project:editor',
  // Triggers
  'FunctionTriggersHandler.get': 'project:viewer',
  'FunctionTriggersHandler.post': 'project:editor',
  'FunctionTriggerHandler.get': 'project:viewer',
  'FunctionTriggerHandler.patch': 'project:editor',
  'FunctionTriggerHandler.delete': 'project:editor',
  'FunctionTriggerRunHandler.post': 'project:editor',
  // Webhooks and mails: a URL may hold secrets
  'WebhooksHandler.get': 'project:editor',
  'WebhooksHandler.post': 'project:editor',
  'WebhookHandler.get': 'project:editor',
  'WebhookHandler.patch': 'project:editor',
  'WebhookHandler.delete': 'project:editor',
  'WebhookRotateSecretHandler.post': 'project:editor',
  'WebhookTestHandler.post': 'project:editor',
  'WebhookDeliveriesHandler.get': 'project:editor',
  'WebhookDeliveryHandler.get': 'project:editor',
  'WebhookRedeliverHandler.post': 'project:editor',
  'MailsHandler.get': 'project:viewer',
  'MailSettingsHandler.get': 'project:viewer',
  'MailTestHandler.post': 'project:editor',
  // What there is to choose from
  'RuntimesHandler.get': 'project:invoker',
  'FaaSFlavorsHandler.get': 'project:invoker',
  'RegionHandler.get': 'operator',
  'IsolationHandler.get': 'server:viewer',
  'NodesHandler.get': 'server:viewer',
  // Tasks
  'TaskViewSet.get': 'listed:viewer',
  'TaskInstanceViewSet.get': 'found:viewer',
  'TasksActiveInProjectViewSet.get': 'project:viewer',
  // What happened: it names people and addresses.
  'AuditHandler.get': 'listed:owner',
  'AuditExportHandler.get': 'listed:owner',
  'AuditVerifyHandler.get': 'server:owner',
  'UserActionsHandler.get': 'listed:owner',
  // Notifications: what was read is noted for who asks alone.
  'NotificationsHandler.get': 'listed:viewer',
  'NotificationsReadHandler.post': 'listed:viewer',
  // Projects and operators
  'ProjectListViewSet.get': 'listed:invoker',
  'ProjectListViewSet.post': 'server:owner',
  'MembersHandler.get': 'project:owner',
  'MemberHandler.put': 'project:owner',
  'MemberHandler.delete': 'project:owner',
  'UsersHandler.get': 'server:owner',
  'UsersHandler.post': 'server:owner',
  'UserHandler.get': 'server:owner',
  'UserHandler.patch': 'server:owner',
  'UserHandler.delete': 'server:owner',
  // Of who asks: logging in is how one gets known.
  'LogInHandler.post': 'anyone',
  'LogOutHandler.post': 'operator',
  'MeHandler.get': 'operator',
  'MyPasswordHandler.post': 'operator',
  'SessionsHandler.get': 'operator',
  'SessionHandler.delete': 'operator',
  // Tokens: those that one may manage, and none that may do more than who makes it.
  'TokensHandler.get': 'operator',
  'TokensHandler.post': 'operator',
  'TokenHandler.delete': 'operator',
  'IamTokensHandler.get': 'operator',
  'IamTokensHandler.post': 'operator',
  'IamTokenHandler.get': 'operator',
  'IamTokenHandler.delete': 'operator',
  'IamV2TokensHandler.get': 'operator',
  'IamV2TokensHandler.post': 'operator',
  'IamV2TokenHandler.get': 'operator',
  'IamV2TokenHandler.delete': 'operator',
}

/**
 * Checks every route of this context and of those within, after `authenticate` has said who asks and
 * before anything of the request is looked at.
 */
export function checkAccess(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => refuseAccess(request))
}

export function refuseAccess(request: FastifyRequest): void {
  const permission = permissionOf(request)
  if (permission === undefined) {
    throw new PublicError('forbidden', 'Nobody may call this route: it does not say who may.')
  }
  if (permission === 'anyone') return
  requireVerdict(request, permission, projectIdOf(request))
}

/** Undefined for a route that is missing in the table. */
export function permissionOf(request: FastifyRequest): Permission | undefined {
  const schema = request.routeOptions.schema as { operationId?: string } | undefined
  const id = schema?.operationId
  return id !== undefined && Object.hasOwn(ACCESS, id) ? ACCESS[id] : undefined
}

/** The projects that a list is narrowed to; undefined for all. */
export function listedProjects(request: FastifyRequest, least: Role): number[] | undefined {
  const ids = projectsWith(rolesOf(request), least)
  return ids === 'all' ? undefined : [...ids]
}

/** For a thing whose project only its own record tells. `missing` says that there is no such thing. */
export function requireRoleOn(request: FastifyRequest, projectId: number, missing: string): void {
  const permission = permissionOf(request)
  invariant(permission?.startsWith('found:') === true, 'the table says which role is needed')
  requireVerdict(request, permission, projectId, missing)
}

function requireVerdict(
  request: FastifyRequest,
  permission: Permission,
  projectId: number | undefined,
  missing = Number.isSafeInteger(projectId)
    ? `There is no project ${projectId}.`
    : 'There is no such project.',
): void {
  const verdict = mayDo(rolesOf(request), permission, projectId)
  if (verdict === 'hidden') throw new PublicError('not_found', missing)
  if (verdict === 'too-small') throw new PublicError('forbidden', sentenceOf(permission))
}

function sentenceOf(permission: Permission): string {
  const role = roleNeeded(permission)
  const where = permission.startsWith('server:') ? 'all projects' : 'this project'
  return `This needs the role ${role} on ${where}.`
}

function rolesOf(request: FastifyRequest) {
  invariant(request.principal !== null, 'access is checked once it is known who asks')
  return request.principal.roles
}

/**
 * The project of the path; undefined when it has none. Read as validation will read it afterwards,
 * which then refuses what is no project's number at all.
 */
function projectIdOf(request: FastifyRequest): number | undefined {
  const { project_id: text } = request.params as { project_id?: string }
  return text === undefined ? undefined : Number(text)
}
