import { type Static, Type } from 'typebox'
import {
  TRIGGER_BODY_CHARS_MAX,
  TRIGGER_METHODS,
  TRIGGER_PATH_PATTERN,
} from '../../domain/trigger.ts'
import { Name, Time } from './common.ts'
import { FunctionParams } from './functions.ts'
import { answer, choices, collection, nullable, ref, requestBody } from './helpers.ts'

export const TriggerMethod = choices('TriggerMethodChoices', [...TRIGGER_METHODS])

const Schedule = Type.String({
  maxLength: 255,
  description:
    'Five fields: minute, hour, day of month, month, day of week; or six, with seconds first.',
})
const Timezone = Type.String({ maxLength: 64, description: 'A name of the IANA database.' })
const Path = Type.String({
  pattern: TRIGGER_PATH_PATTERN,
  description: 'Path and query, as the function sees them.',
})
const Headers = Type.Unsafe<Record<string, string>>({
  type: 'object',
  additionalProperties: { type: 'string' },
  description: 'Names in lower case. They are shown to operators: no secrets.',
})
const Body = Type.String({ maxLength: TRIGGER_BODY_CHARS_MAX })

export const TriggerLastRun = answer('TriggerLastRunSerializer', {
  at: Type.String({ description: 'The moment of the schedule, UTC.' }),
  call_id: Type.String(),
  state: Type.String({
    description:
      '`claimed` until a data node has it, then the state of its call, `forgotten` once that is not kept any more; or `skipped`, or `failed` when no node took it.',
  }),
  reason: nullable(Type.String(), {
    description: '`missed`, `function_disabled`, or why there was no success.',
  }),
})

export const TriggerAnswer = answer('TriggerSerializer', {
  id: Type.String(),
  name: Name,
  schedule: Schedule,
  timezone: Timezone,
  method: ref(TriggerMethod),
  path: Path,
  headers: Headers,
  body: nullable(Body),
  enabled: Type.Boolean(),
  next_run_at: nullable(Time, { description: 'Null when it is not enabled.' }),
  last_run: nullable(ref(TriggerLastRun)),
  created_at: Time,
  updated_at: Time,
})
export const TriggerList = collection('TriggerListSerializer', TriggerAnswer)

const writable = {
  timezone: Type.Optional(Timezone),
  method: Type.Optional(ref(TriggerMethod)),
  path: Type.Optional(Path),
  headers: Type.Optional(Headers),
  body: Type.Optional(nullable(Body)),
  enabled: Type.Optional(Type.Boolean()),
}
export const CreateTrigger = requestBody('CreateTriggerSerializer', {
  name: Name,
  schedule: Schedule,
  ...writable,
})
/** Absent members stay as they are. */
export const ChangeTrigger = requestBody('ChangeTriggerSerializer', {
  schedule: Type.Optional(Schedule),
  ...writable,
})

export const TriggerStarted = answer('TriggerStartedSerializer', { call_id: Type.String() })

export const TriggerParams = Type.Object({ ...FunctionParams.properties, trigger_name: Name })

export type TriggerWire = Static<typeof TriggerAnswer>
export type CreateTriggerBody = Static<typeof CreateTrigger>
export type ChangeTriggerBody = Static<typeof ChangeTrigger>
