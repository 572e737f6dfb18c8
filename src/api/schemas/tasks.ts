import { type Static, Type } from 'typebox'
import { DateTime, pageParams, ScopeParams } from './common.ts'
import { answer, choices, collection, nullable, ref, refWith } from './helpers.ts'

export const TaskStateChoices = choices('TaskState', ['ERROR', 'FINISHED', 'NEW', 'RUNNING'])
export const TaskOrderBy = choices('TaskOrderByChoices', ['asc', 'desc'])
/** The contract has more; these are the two that come up here. */
export const TaskDetailedState = choices('TaskDetailedStateEnum', ['ERROR', 'FINISHED'])

export const CreatedResourcesSchema = answer('CreatedResources', {
  api_keys: Type.Optional(Type.Array(Type.String())),
  faas_functions: Type.Optional(Type.Array(Type.String())),
  faas_namespaces: Type.Optional(Type.Array(Type.String())),
})

const NullableText = nullable(Type.String())
const NullableInteger = nullable(Type.Integer(), { default: null })
const NullableTime = nullable(Type.String())

export const TaskAnswer = answer('TaskSerializer', {
  id: Type.String(),
  task_type: Type.String(),
  state: ref(TaskStateChoices),
  detailed_state: nullable(ref(TaskDetailedState), { default: null }),
  error: nullable(Type.String(), {
    default: null,
    description: 'A sentence, when the state is ERROR.',
  }),
  created_resources: nullable(ref(CreatedResourcesSchema), { default: null }),
  project_id: NullableInteger,
  region_id: NullableInteger,
  user_id: Type.Integer({ description: 'The id of the user who asked, or of the token.' }),
  client_id: NullableInteger,
  user_client_id: NullableInteger,
  created_on: NullableTime,
  updated_on: NullableTime,
  finished_on: NullableTime,
  acknowledged_at: NullableTime,
  acknowledged_by: NullableInteger,
  request_id: NullableText,
  job_id: NullableText,
  schedule_id: NullableText,
  lifecycle_policy_id: NullableInteger,
  data: Type.Null({ default: null }),
})
export const TaskList = collection('TaskCollectionSerializer', TaskAnswer)

export const TaskParams = Type.Object({ task_id: Type.String() })
export const ActiveTaskParams = ScopeParams

export const TaskListQuery = Type.Object({
  from_timestamp: Type.Optional(DateTime),
  to_timestamp: Type.Optional(DateTime),
  is_acknowledged: Type.Optional(
    Type.Boolean({ description: 'Tasks are never acknowledged here: true finds none.' }),
  ),
  ...pageParams(10),
  order_by: Type.Optional(refWith(TaskOrderBy, { description: '`desc` when absent.' })),
  sorting: Type.Optional(refWith(TaskOrderBy, { description: 'The older name of `order_by`.' })),
  project_id: Type.Optional(Type.Array(Type.Integer())),
  region_id: Type.Optional(Type.Array(Type.Integer())),
  state: Type.Optional(Type.Array(ref(TaskStateChoices))),
  task_type: Type.Optional(Type.String()),
})

export const ActiveTaskQuery = Type.Object({
  ...pageParams(10),
  task_type: Type.Optional(Type.Array(Type.String())),
})

export type TaskWire = Static<typeof TaskAnswer>
