import type { CallView } from '../../domain/calls.ts'
import { utcSeconds, utcSecondsOrNull } from '../../lib/utc-time.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { changesSilently, reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import {
  CallAnswerSchema,
  CallList,
  CallListQuery,
  CallParams,
  type CallWire,
} from '../schemas/calls.ts'
import { FunctionParams } from '../schemas/functions.ts'
import { functionNameOf } from './functions.ts'

const CALLS =
  '/v1/faas/namespaces/:project_id/:region_id/:namespace_name/functions/:function_name/calls'
const CALL = `${CALLS}/:call_id`
const tags = ['functions']
const DONE = { status: 204, body: null }

/** The asynchronous calls of a function. */
export const callRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const list = {
      operationId: 'FunctionCallsHandler.get',
      summary: 'List asynchronous calls of a function, the newest first',
      tags,
    }
    app.get(
      CALLS,
      { schema: { ...reads(list, CallList), params: FunctionParams, querystring: CallListQuery } },
      async ({ params, query: { limit, offset, state } }) =>
        pageWire(
          await control.calls.list(scopeOf(params), functionNameOf(params), {
            limit,
            offset,
            state,
          }),
          callWire,
        ),
    )

    const get = {
      operationId: 'FunctionCallHandler.get',
      summary: 'Read an asynchronous call',
      tags,
    }
    app.get(
      CALL,
      { schema: { ...reads(get, CallAnswerSchema), params: CallParams } },
      async ({ params }) =>
        callWire(await control.calls.get(scopeOf(params), functionNameOf(params), params.call_id)),
    )

    const retry = {
      operationId: 'FunctionCallRetryHandler.post',
      summary: 'Try a dead asynchronous call again',
      tags,
    }
    app.post(
      `${CALL}/retry`,
      { schema: { ...changesSilently(retry), params: CallParams } },
      async (request, reply) => {
        const { params } = request
        await idempotency.change(
          request,
          () => DONE,
          (context) =>
            control.calls.retry(context, scopeOf(params), functionNameOf(params), params.call_id),
        )
        return reply.code(204).send()
      },
    )

    const remove = {
      operationId: 'FunctionCallHandler.delete',
      summary: 'Delete an asynchronous call',
      tags,
    }
    app.delete(
      CALL,
      { schema: { ...changesSilently(remove), params: CallParams } },
      async (request, reply) => {
        const { params } = request
        await idempotency.change(
          request,
          () => DONE,
          (context) =>
            control.calls.delete(context, scopeOf(params), functionNameOf(params), params.call_id),
        )
        return reply.code(204).send()
      },
    )
    done()
  }

/** Without its query, which may hold a secret. */
function callWire(view: CallView): CallWire {
  return {
    id: view.id,
    state: view.state,
    method: view.method,
    path: view.target.split('?', 1)[0]!,
    key_id: view.keyId,
    trigger: view.trigger,
    body_bytes: view.bodyBytes,
    attempts: view.attempts,
    status: view.status,
    code: view.code,
    accepted_at: utcSeconds(view.acceptedAtMs),
    started_at: utcSecondsOrNull(view.startedAtMs),
    next_attempt_at: utcSecondsOrNull(view.dueAtMs),
    ended_at: utcSecondsOrNull(view.endedAtMs),
    expires_at: utcSecondsOrNull(view.expiresAtMs),
  }
}
