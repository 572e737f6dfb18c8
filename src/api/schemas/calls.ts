import { type Static, Type } from 'typebox'
import { CALL_ID_PATTERN, CALL_STATES } from '../../domain/calls.ts'
import { pageParams, Time } from './common.ts'
import { FunctionParams } from './functions.ts'
import { answer, choices, collection, nullable, ref } from './helpers.ts'

export const CallStateSchema = choices('CallStateChoices', [...CALL_STATES])

const Count = Type.Integer({ minimum: 0 })

export const CallAnswerSchema = answer('CallSerializer', {
  id: Type.String(),
  state: ref(CallStateSchema),
  method: Type.String(),
  path: Type.String({ description: 'As the function sees it, without its query.' }),
  key_id: nullable(Type.String(), { description: 'The key that let it in.' }),
  trigger: nullable(Type.String(), { description: 'The name of the trigger that made it.' }),
  body_bytes: Count,
  attempts: Type.Integer({ minimum: 0, description: 'Tries that have begun.' }),
  status: nullable(Type.Integer(), { description: "Of the last try's answer." }),
  code: nullable(Type.String(), {
    description:
      'Why the last try was no success: a code of `docs/errors.md`, `attempts_exhausted` or `interrupted`.',
  }),
  accepted_at: Time,
  started_at: nullable(Time, { description: 'Of the last try.' }),
  next_attempt_at: nullable(Time),
  ended_at: nullable(Time),
  expires_at: nullable(Time, { description: 'When it is forgotten.' }),
})

export const CallList = collection('CallListSerializer', CallAnswerSchema)

export const CallListQuery = Type.Object({
  state: Type.Optional(ref(CallStateSchema)),
  ...pageParams(100),
})

export const CallParams = Type.Object({
  ...FunctionParams.properties,
  call_id: Type.String({ pattern: CALL_ID_PATTERN }),
})

export type CallWire = Static<typeof CallAnswerSchema>
