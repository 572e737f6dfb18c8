import type { FunctionPatch, NewFunction } from '../../control/functions-control.ts'
import { functionEditTag } from '../../domain/edit-tag.ts'
import type { Autoscaling } from '../../domain/function.ts'
import type { FunctionName } from '../../domain/names.ts'
import type { Task } from '../../domain/task.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { boundTo, tellEditTag } from '../edit-tags.ts'
import { functionWire } from '../function-wire.ts'
import { bindable, changes, ETAG, reads } from '../operation.ts'
import { namedPageQuery, pageWire } from '../paging.ts'
import { present } from '../present.ts'
import { tellPropagation } from '../propagation.ts'
import { TaskIds } from '../schemas/common.ts'
import {
  ChangeFunction,
  type ChangeFunctionBody,
  CreateFunction,
  type CreateFunctionBody,
  FunctionAnswer,
  FunctionList,
  FunctionListQuery,
  FunctionParams,
} from '../schemas/functions.ts'
import { ref } from '../schemas/helpers.ts'
import { NamespaceParams } from '../schemas/namespaces.ts'

const FUNCTIONS = '/v1/faas/namespaces/:project_id/:region_id/:namespace_name/functions'
const FUNCTION = `${FUNCTIONS}/:function_name`
const tags = ['functions']
/** As in the contract, whose clients compare what they sent with what they read: docs/decisions/0002. */
const REQUIRES_KEY_BY_DEFAULT = false

export const functionRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const repeated = (task: Task) => ({ status: 200, body: { tasks: [task.id] } })

    const list = { operationId: 'FunctionsHandler.get', summary: 'List functions', tags }
    app.get(
      FUNCTIONS,
      {
        schema: {
          ...reads(list, FunctionList),
          params: NamespaceParams,
          querystring: FunctionListQuery,
        },
      },
      async ({ params, query }) => {
        const { namespace_name: namespace } = params
        const page = namedPageQuery(query)
        return pageWire(
          await control.functions.list(scopeOf(params), namespace, page),
          functionWire,
        )
      },
    )

    const create = { operationId: 'FunctionsHandler.post', summary: 'Create a function', tags }
    app.post(
      FUNCTIONS,
      {
        schema: { ...changes(create, TaskIds), params: NamespaceParams, body: ref(CreateFunction) },
      },
      async (request, reply) => {
        const { body, params } = request
        const input = newFunctionOf(body)
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.functions.create(context, scopeOf(params), params.namespace_name, input),
        )
        tellPropagation(reply, propagation)
        return { tasks: [value.id] }
      },
    )

    const get = { operationId: 'FunctionHandler.get', summary: 'Read a function', tags }
    app.get(
      FUNCTION,
      { schema: { ...reads(get, FunctionAnswer, { headers: ETAG }), params: FunctionParams } },
      async ({ params }, reply) => {
        const view = await control.functions.get(scopeOf(params), functionNameOf(params))
        tellEditTag(reply, functionEditTag(view.fn))
        return functionWire(view)
      },
    )

    const patch = { operationId: 'FunctionHandler.patch', summary: 'Change a function', tags }
    app.patch(
      FUNCTION,
      {
        schema: {
          ...bindable(changes(patch, TaskIds, 200, ['changed_meanwhile'], ETAG)),
          params: FunctionParams,
          body: ref(ChangeFunction),
        },
      },
      async (request, reply) => {
        const { body, params } = request
        const change = patchOf(body)
        const { value, propagation, editTag } = await idempotency.change(
          request,
          repeated,
          (context) =>
            control.functions.update(
              { ...context, ...boundTo(request) },
              scopeOf(params),
              functionNameOf(params),
              change,
            ),
        )
        tellPropagation(reply, propagation)
        tellEditTag(reply, editTag)
        return { tasks: [value.id] }
      },
    )

    const remove = { operationId: 'FunctionHandler.delete', summary: 'Delete a function', tags }
    app.delete(
      FUNCTION,
      {
        schema: {
          ...bindable(changes(remove, TaskIds, 200, ['changed_meanwhile'])),
          params: FunctionParams,
        },
      },
      async (request, reply) => {
        const { params } = request
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.functions.delete(
            { ...context, ...boundTo(request) },
            scopeOf(params),
            functionNameOf(params),
          ),
        )
        tellPropagation(reply, propagation)
        return { tasks: [value.id] }
      },
    )
    done()
  }

export function functionNameOf(params: {
  namespace_name: string
  function_name: string
}): FunctionName {
  return { namespace: params.namespace_name, name: params.function_name }
}

function newFunctionOf(body: CreateFunctionBody): NewFunction {
  return {
    name: body.name,
    description: body.description ?? '',
    runtime: body.runtime,
    codeText: body.code_text,
    files: body.files ?? {},
    dependencies: body.dependencies ?? '',
    mainMethod: body.main_method,
    envs: body.envs ?? {},
    ...(body.secret_envs ? { secretEnvs: body.secret_envs } : {}),
    flavor: body.flavor,
    timeoutSeconds: body.timeout,
    bodyBytesMax: body.max_body_bytes ?? 0,
    network: body.network ?? 'outbound',
    autoscaling: autoscalingOf(body.autoscaling),
    requiresKey: body.enable_api_key ?? REQUIRES_KEY_BY_DEFAULT,
    disabled: body.disabled ?? false,
    keys: [...new Set(body.keys ?? [])],
  }
}

function patchOf(body: ChangeFunctionBody): FunctionPatch {
  const { autoscaling, keys } = body
  return present({
    description: body.description,
    codeText: body.code_text,
    files: body.files,
    dependencies: body.dependencies,
    mainMethod: body.main_method,
    envs: body.envs,
    secretEnvs: body.secret_envs,
    flavor: body.flavor,
    timeoutSeconds: body.timeout,
    bodyBytesMax: body.max_body_bytes,
    network: body.network,
    autoscaling: autoscaling && autoscalingOf(autoscaling),
    requiresKey: body.enable_api_key,
    disabled: body.disabled,
    keys: keys && [...new Set(keys)],
  })
}

function autoscalingOf(wire: { min_instances: number; max_instances: number }): Autoscaling {
  return { minInstances: wire.min_instances, maxInstances: wire.max_instances }
}
