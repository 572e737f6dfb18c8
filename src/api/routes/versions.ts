import type { Task } from '../../domain/task.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { changes, reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import { tellPropagation } from '../propagation.ts'
import { TaskIds } from '../schemas/common.ts'
import { FunctionParams } from '../schemas/functions.ts'
import {
  FunctionVersionAnswer,
  FunctionVersionDiff,
  FunctionVersionList,
  FunctionVersionParams,
  VersionDiffQuery,
  VersionListQuery,
} from '../schemas/versions.ts'
import { versionDiffWire, versionSummaryWire, versionWire } from '../version-wire.ts'
import { functionNameOf } from './functions.ts'

const VERSIONS =
  '/v1/faas/namespaces/:project_id/:region_id/:namespace_name/functions/:function_name/versions'
const VERSION = `${VERSIONS}/:number`
const tags = ['functions']

export const versionRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const repeated = (task: Task) => ({ status: 200, body: { tasks: [task.id] } })

    const list = {
      operationId: 'FunctionVersionsHandler.get',
      summary: "List a function's versions, newest first",
      tags,
    }
    app.get(
      VERSIONS,
      {
        schema: {
          ...reads(list, FunctionVersionList),
          params: FunctionParams,
          querystring: VersionListQuery,
        },
      },
      async ({ params, query }) => {
        const name = functionNameOf(params)
        return pageWire(
          await control.versions.list(scopeOf(params), name, query),
          versionSummaryWire,
        )
      },
    )

    const get = { operationId: 'FunctionVersionHandler.get', summary: 'Read a version', tags }
    app.get(
      VERSION,
      { schema: { ...reads(get, FunctionVersionAnswer), params: FunctionVersionParams } },
      async ({ params }) =>
        versionWire(
          await control.versions.get(scopeOf(params), functionNameOf(params), params.number),
        ),
    )

    const diff = {
      operationId: 'FunctionVersionDiffHandler.get',
      summary: 'Show what a version has otherwise than another',
      tags,
    }
    app.get(
      `${VERSION}/diff`,
      {
        schema: {
          ...reads(diff, FunctionVersionDiff),
          params: FunctionVersionParams,
          querystring: VersionDiffQuery,
        },
      },
      async ({ params, query }) => {
        const name = functionNameOf(params)
        const { number } = params
        return versionDiffWire(
          await control.versions.diff(scopeOf(params), name, number, query.with),
        )
      },
    )

    const rollback = {
      operationId: 'FunctionVersionRollbackHandler.post',
      summary: 'Put a version to work again',
      tags,
    }
    app.post(
      `${VERSION}/rollback`,
      { schema: { ...changes(rollback, TaskIds), params: FunctionVersionParams } },
      async (request, reply) => {
        const { params } = request
        const name = functionNameOf(params)
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.versions.rollback(context, scopeOf(params), name, params.number),
        )
        tellPropagation(reply, propagation)
        return { tasks: [value.id] }
      },
    )
    done()
  }
