import type { FollowedLogsView } from '../../control/functions-control.ts'
import { mayStillAsk } from '../auth.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { EventStreams, lastEventId, type ServerEvent, wantsEvents } from '../event-stream.ts'
import { formatCursor, logQueryOf, parseCursor } from '../log-query.ts'
import { reads } from '../operation.ts'
import { FunctionParams } from '../schemas/functions.ts'
import { Logs, LogsQuery } from '../schemas/logs.ts'
import { logLineWire, logsWire } from '../serialize.ts'
import { functionNameOf } from './functions.ts'

const LOGS =
  '/v1/faas/namespaces/:project_id/:region_id/:namespace_name/functions/:function_name/logs'

/** Who follows may lose the right to. */
const CHECK_EVERY_MS = 5_000

export const logRoutes: Routes =
  ({ control, clock }) =>
  (app, _options, done) => {
    const streams = new EventStreams(app)
    const operation = {
      operationId: 'LogsFunctionHandler.get',
      summary: "Read a function's newest log lines, or follow them as they come",
      tags: ['functions'],
    }
    const schema = reads(operation, Logs, {
      events:
        'With `follow`: events `line` (JSON like a member of `logs`, with an id for `Last-Event-ID`), and `end` once the function is deleted.',
      codes: ['too_many_streams'],
    })
    app.get(
      LOGS,
      { schema: { ...schema, params: FunctionParams, querystring: LogsQuery } },
      async (request, reply) => {
        const { params, query } = request
        const scope = scopeOf(params)
        const name = functionNameOf(params)
        const follow = query.follow || wantsEvents(request)
        const asked = logQueryOf(query, follow, clock.now())
        if (!follow) return logsWire(await control.functions.logs(scope, name, asked))
        const cursor = parseCursor(lastEventId(request))
        const isAllowed = () => mayStillAsk(control, request)
        return streams.send(reply, async (signal) =>
          events(await control.functions.followLogs(scope, name, asked, cursor, signal), isAllowed),
        )
      },
    )
    done()
  }

/** Breaks off when it is no longer allowed: who asks again is told why not. */
async function* events(
  news: AsyncIterable<FollowedLogsView>,
  isAllowed: () => Promise<boolean>,
): AsyncGenerator<ServerEvent> {
  let checkedAtMs = performance.now()
  for await (const one of news) {
    if (performance.now() - checkedAtMs >= CHECK_EVERY_MS) {
      if (!(await isAllowed())) return
      checkedAtMs = performance.now()
    }
    if (one.kind === 'removed') yield { event: 'end', data: JSON.stringify({ reason: 'deleted' }) }
    if (one.kind !== 'line') continue
    const data = JSON.stringify(logLineWire(one.line))
    yield { event: 'line', id: formatCursor(one.cursor), data }
  }
}
