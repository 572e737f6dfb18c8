import { type Routes, scopeOf } from '../deps.ts'
import { reads } from '../operation.ts'
import { FunctionParams } from '../schemas/functions.ts'
import { Logs, LogsQuery } from '../schemas/logs.ts'
import { logsWire } from '../serialize.ts'
import { functionNameOf } from './functions.ts'

const LOGS =
  '/v1/faas/namespaces/:project_id/:region_id/:namespace_name/functions/:function_name/logs'

export const logRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const operation = {
      operationId: 'LogsFunctionHandler.get',
      summary: "Read a function's newest log lines",
      tags: ['functions'],
    }
    app.get(
      LOGS,
      { schema: { ...reads(operation, Logs), params: FunctionParams, querystring: LogsQuery } },
      async ({ params, query }) =>
        logsWire(
          await control.functions.logs(scopeOf(params), functionNameOf(params), query.limit),
        ),
    )
    done()
  }
