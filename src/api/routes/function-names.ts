import { type Routes, scopeOf } from '../deps.ts'
import { reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import { ScopeParams } from '../schemas/common.ts'
import { FunctionNamesList, FunctionNamesQuery } from '../schemas/function-names.ts'

export const functionNameRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const list = {
      operationId: 'FunctionNamesHandler.get',
      summary: 'List namespaces and what their functions are called, and no more of them',
      tags: ['functions'],
    }
    app.get(
      '/v1/faas/function_names/:project_id/:region_id',
      {
        schema: {
          ...reads(list, FunctionNamesList),
          params: ScopeParams,
          querystring: FunctionNamesQuery,
        },
      },
      async ({ params, query }) =>
        pageWire(
          await control.namespaces.functionNames(scopeOf(params), query),
          ({ namespace, functions }) => ({ name: namespace, functions: [...functions] }),
        ),
    )
    done()
  }
