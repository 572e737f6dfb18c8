import type { TriggerView } from '../../control/calls-control.ts'
import type { TriggerInput } from '../../domain/trigger.ts'
import { utcSeconds, utcSecondsOrNull } from '../../lib/utc-time.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { changes, changesSilently, reads } from '../operation.ts'
import { pageWire } from '../paging.ts'
import { FunctionParams } from '../schemas/functions.ts'
import { ref } from '../schemas/helpers.ts'
import {
  ChangeTrigger,
  type ChangeTriggerBody,
  CreateTrigger,
  type CreateTriggerBody,
  TriggerAnswer,
  TriggerList,
  TriggerParams,
  TriggerStarted,
  type TriggerWire,
} from '../schemas/triggers.ts'
import { functionNameOf } from './functions.ts'

const TRIGGERS =
  '/v1/faas/namespaces/:project_id/:region_id/:namespace_name/functions/:function_name/triggers'
const TRIGGER = `${TRIGGERS}/:trigger_name`
const tags = ['functions']

/** What calls a function by the clock. */
export const triggerRoutes: Routes =
  ({ control, idempotency }) =>
  (app, _options, done) => {
    const list = {
      operationId: 'FunctionTriggersHandler.get',
      summary: 'List the triggers of a function',
      tags,
    }
    app.get(
      TRIGGERS,
      { schema: { ...reads(list, TriggerList), params: FunctionParams } },
      async ({ params }) =>
        pageWire(await control.triggers.list(scopeOf(params), functionNameOf(params)), triggerWire),
    )

    const create = {
      operationId: 'FunctionTriggersHandler.post',
      summary: 'Create a trigger',
      tags,
    }
    app.post(
      TRIGGERS,
      {
        schema: {
          ...changes(create, TriggerAnswer, 201),
          params: FunctionParams,
          body: ref(CreateTrigger),
        },
      },
      async (request, reply) => {
        const { body, params } = request
        const view = await idempotency.change(
          request,
          (value: TriggerView) => ({ status: 201, body: triggerWire(value) }),
          (context) =>
            control.triggers.create(
              context,
              scopeOf(params),
              functionNameOf(params),
              inputOf(body),
            ),
        )
        reply.code(201)
        return triggerWire(view)
      },
    )

    const get = { operationId: 'FunctionTriggerHandler.get', summary: 'Read a trigger', tags }
    app.get(
      TRIGGER,
      { schema: { ...reads(get, TriggerAnswer), params: TriggerParams } },
      async ({ params }) =>
        triggerWire(
          await control.triggers.get(scopeOf(params), functionNameOf(params), params.trigger_name),
        ),
    )

    const patch = { operationId: 'FunctionTriggerHandler.patch', summary: 'Change a trigger', tags }
    app.patch(
      TRIGGER,
      {
        schema: {
          ...changes(patch, TriggerAnswer),
          params: TriggerParams,
          body: ref(ChangeTrigger),
        },
      },
      async (request) => {
        const { body, params } = request
        const view = await idempotency.change(
          request,
          (trigger: TriggerView['trigger']) => ({
            status: 200,
            body: triggerWire({ trigger, lastRun: null }),
          }),
          (context) =>
            control.triggers.update(
              context,
              scopeOf(params),
              functionNameOf(params),
              params.trigger_name,
              patchOf(body),
            ),
        )
        return triggerWire(view)
      },
    )

    const remove = {
      operationId: 'FunctionTriggerHandler.delete',
      summary: 'Delete a trigger',
      tags,
    }
    app.delete(
      TRIGGER,
      { schema: { ...changesSilently(remove), params: TriggerParams } },
      async (request, reply) => {
        const { params } = request
        await idempotency.change(
          request,
          () => ({ status: 204, body: null }),
          (context) =>
            control.triggers.delete(
              context,
              scopeOf(params),
              functionNameOf(params),
              params.trigger_name,
            ),
        )
        return reply.code(204).send()
      },
    )

    const run = {
      operationId: 'FunctionTriggerRunHandler.post',
      summary: 'Run a trigger now',
      tags,
    }
    app.post(
      `${TRIGGER}/run`,
      { schema: { ...changes(run, TriggerStarted), params: TriggerParams } },
      async (request) => {
        const { params } = request
        const callId = await idempotency.change(
          request,
          ({ run: { callId } }: { run: { callId: string } }) => ({
            status: 200,
            body: { call_id: callId },
          }),
          (context) =>
            control.triggers.run(
              context,
              scopeOf(params),
              functionNameOf(params),
              params.trigger_name,
            ),
        )
        return { call_id: callId }
      },
    )
    done()
  }

function inputOf(body: CreateTriggerBody): TriggerInput {
  return {
    name: body.name,
    schedule: body.schedule,
    timezone: body.timezone ?? 'UTC',
    method: body.method ?? 'POST',
    path: body.path ?? '/',
    headers: body.headers ?? {},
    body: body.body ?? null,
    enabled: body.enabled ?? true,
  }
}

function patchOf(body: ChangeTriggerBody): Partial<Omit<TriggerInput, 'name'>> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}

function triggerWire({ trigger, lastRun }: TriggerView): TriggerWire {
  return {
    id: trigger.id,
    name: trigger.name,
    schedule: trigger.schedule,
    timezone: trigger.timezone,
    method: trigger.method as TriggerWire['method'],
    path: trigger.path,
    headers: { ...trigger.headers },
    body: trigger.body,
    enabled: trigger.enabled,
    next_run_at: utcSecondsOrNull(trigger.nextRunAtMs),
    last_run:
      lastRun === null
        ? null
        : {
            at: utcSeconds(lastRun.atMs),
            call_id: lastRun.callId,
            state: lastRun.state,
            reason: lastRun.reason,
          },
    created_at: utcSeconds(trigger.createdAtMs),
    updated_at: utcSeconds(trigger.updatedAtMs),
  }
}
