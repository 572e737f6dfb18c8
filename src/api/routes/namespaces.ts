import { namespaceEditTag } from '../../domain/edit-tag.ts'
import type { Task } from '../../domain/task.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { boundTo, tellEditTag } from '../edit-tags.ts'
import { namespaceWire } from '../function-wire.ts'
import { bindable, changes, ETAG, reads } from '../operation.ts'
import { namedPageQuery, pageWire } from '../paging.ts'
import { tellPropagation } from '../propagation.ts'
import { ScopeParams, TaskIds } from '../schemas/common.ts'
import { ref } from '../schemas/helpers.ts'
import {
  ChangeNamespace,
  CreateNamespace,
  NamespaceAnswer,
  NamespaceList,
  NamespaceListQuery,
  NamespaceParams,
  NamespaceQuery,
} from '../schemas/namespaces.ts'

const NAMESPACES = '/v1/faas/namespaces/:project_id/:region_id'
const NAMESPACE = `${NAMESPACES}/:namespace_name`
const tags = ['namespaces']

export const namespaceRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const repeated = (task: Task) => ({ status: 200, body: { tasks: [task.id] } })

    const list = { operationId: 'NamespacesHandler.get', summary: 'List namespaces', tags }
    app.get(
      NAMESPACES,
      {
        schema: {
          ...reads(list, NamespaceList),
          params: ScopeParams,
          querystring: NamespaceListQuery,
        },
      },
      async ({ params, query }) =>
        pageWire(
          await control.namespaces.list(scopeOf(params), {
            ...namedPageQuery(query),
            withFunctions: query.functions,
          }),
          namespaceWire,
        ),
    )

    const create = { operationId: 'NamespacesHandler.post', summary: 'Create a namespace', tags }
    app.post(
      NAMESPACES,
      { schema: { ...changes(create, TaskIds), params: ScopeParams, body: ref(CreateNamespace) } },
      async (request, reply) => {
        const { body, params } = request
        const input = {
          name: body.name,
          description: body.description ?? '',
          envs: body.envs ?? {},
          ...(body.secret_envs ? { secretEnvs: body.secret_envs } : {}),
        }
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.namespaces.create(context, scopeOf(params), input),
        )
        tellPropagation(reply, propagation)
        return { tasks: [value.id] }
      },
    )

    const get = { operationId: 'NamespaceHandler.get', summary: 'Read a namespace', tags }
    app.get(
      NAMESPACE,
      {
        schema: {
          ...reads(get, NamespaceAnswer, { headers: ETAG }),
          params: NamespaceParams,
          querystring: NamespaceQuery,
        },
      },
      async ({ params, query }, reply) => {
        const view = await control.namespaces.get(scopeOf(params), params.namespace_name, {
          withFunctions: query.functions,
        })
        tellEditTag(reply, namespaceEditTag(view.namespace))
        return namespaceWire(view)
      },
    )

    const patch = { operationId: 'NamespaceHandler.patch', summary: 'Change a namespace', tags }
    app.patch(
      NAMESPACE,
      {
        schema: {
          ...bindable(changes(patch, TaskIds, 200, ['changed_meanwhile'], ETAG)),
          params: NamespaceParams,
          body: ref(ChangeNamespace),
        },
      },
      async (request, reply) => {
        const { body, params } = request
        const change = {
          ...(typeof body.description === 'string' ? { description: body.description } : {}),
          ...(body.envs ? { envs: body.envs } : {}),
          ...(body.secret_envs ? { secretEnvs: body.secret_envs } : {}),
        }
        const { value, propagation, editTag } = await idempotency.change(
          request,
          repeated,
          (context) =>
            control.namespaces.update(
              { ...context, ...boundTo(request) },
              scopeOf(params),
              params.namespace_name,
              change,
            ),
        )
        tellPropagation(reply, propagation)
        tellEditTag(reply, editTag)
        return { tasks: [value.id] }
      },
    )

    const remove = { operationId: 'NamespaceHandler.delete', summary: 'Delete a namespace', tags }
    app.delete(
      NAMESPACE,
      {
        schema: {
          ...bindable(changes(remove, TaskIds, 200, ['changed_meanwhile'])),
          params: NamespaceParams,
        },
      },
      async (request, reply) => {
        const { params } = request
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.namespaces.delete(
            { ...context, ...boundTo(request) },
            scopeOf(params),
            params.namespace_name,
          ),
        )
        tellPropagation(reply, propagation)
        return { tasks: [value.id] }
      },
    )
    done()
  }
