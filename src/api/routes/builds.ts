import { type Routes, scopeOf } from '../deps.ts'
import { EventStreams, lastEventId, wantsEvents } from '../event-stream.ts'
import { reads } from '../operation.ts'
import { FunctionBuild } from '../schemas/builds.ts'
import { FunctionParams } from '../schemas/functions.ts'
import { buildEvents, buildWire } from '../version-wire.ts'
import { functionNameOf } from './functions.ts'

const BUILD =
  '/v1/faas/namespaces/:project_id/:region_id/:namespace_name/functions/:function_name/build'

export const buildRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const streams = new EventStreams(app)
    const operation = {
      operationId: 'FunctionBuildHandler.get',
      summary: "Read how a function's newest build stands, or follow its lines as they come",
      tags: ['functions'],
    }
    const schema = reads(operation, FunctionBuild, {
      events: 'Events `status`, `line` (with an id for `Last-Event-ID`) and `end`.',
      codes: ['too_many_streams'],
    })
    app.get(BUILD, { schema: { ...schema, params: FunctionParams } }, async (request, reply) => {
      const scope = scopeOf(request.params)
      const name = functionNameOf(request.params)
      if (!wantsEvents(request)) return buildWire(await control.builds.get(scope, name))
      return streams.send(reply, async (signal) =>
        buildEvents(await control.builds.follow(scope, name, lastEventId(request), signal)),
      )
    })
    done()
  }
