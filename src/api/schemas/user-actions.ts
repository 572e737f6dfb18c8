import { type Static, Type } from 'typebox'
import { ACTION_TYPES, API_GROUPS } from '../../domain/user-actions.ts'
import { DateTime, pageParams } from './common.ts'
import { answer, choices, collection, nullable, ref, refWith } from './helpers.ts'

const Text = nullable(Type.String())
const Whole = nullable(Type.Integer())

export const UserActionTypeChoices = choices('UserActionTypeChoices', [...ACTION_TYPES])
export const UserActionGroupChoices = choices('UserActionGroupChoices', [...API_GROUPS])
export const UserActionOrder = choices('UserActionOrderByChoices', ['asc', 'desc'])
export const UserActionResourceType = choices('UserActionResourceTypeChoices', [
  ...API_GROUPS,
  'token',
])

export const UserActionData = answer('UserActionDataSerializer', {
  action: Type.String({ description: 'What the audit calls it.' }),
  sequence: Type.Integer({ description: 'Of the row in the audit.' }),
  before: Type.Unsafe<unknown>({}),
  after: Type.Unsafe<unknown>({}),
})

export const UserActionResource = answer('UserActionResourceSerializer', {
  resource_id: Type.String(),
  resource_type: ref(UserActionResourceType),
  resource_body: Type.Unsafe<unknown>({
    description: 'What the audit shows of it: after the action, else before it.',
  }),
  search_field: nullable(Type.String(), { description: 'Its name.' }),
})

export const UserActionAnswer = answer('UserActionSerializer', {
  id: Type.String(),
  acknowledged: Type.Boolean({ description: 'There are no subscribers here: always false.' }),
  action_data: ref(UserActionData),
  action_type: ref(UserActionTypeChoices),
  api_group: ref(UserActionGroupChoices),
  client_id: Type.Integer(),
  email: nullable(Type.String(), {
    description: "Of the person who asked; null for a token of nobody's.",
  }),
  is_complete: Type.Boolean(),
  issued_by_user_id: Whole,
  project_id: Whole,
  region_id: Whole,
  request_id: Type.String(),
  resources: Type.Array(ref(UserActionResource)),
  source_user_ip: Text,
  task_id: Text,
  timestamp: Type.String(),
  token_id: Whole,
  total_price: Type.Null({ description: 'Nothing has a price here.' }),
  user_agent: nullable(Type.String(), { description: 'Not kept: always null.' }),
  user_id: Type.Integer({
    description: "The person's id, or as in tasks that of a token of nobody's.",
  }),
})
export const UserActionList = collection('UserActionListSerializer', UserActionAnswer)

export const UserActionListQuery = Type.Object({
  action_type: Type.Optional(Type.Array(ref(UserActionTypeChoices))),
  api_group: Type.Optional(Type.Array(ref(UserActionGroupChoices))),
  from_timestamp: Type.Optional(DateTime),
  to_timestamp: Type.Optional(DateTime),
  ...pageParams(1000),
  order_by: Type.Optional(refWith(UserActionOrder, { description: '`desc` when absent.' })),
  sorting: Type.Optional(
    refWith(UserActionOrder, { description: 'The older name of `order_by`.' }),
  ),
  project_id: Type.Optional(Type.Array(Type.Integer())),
  region_id: Type.Optional(Type.Array(Type.Integer())),
  resource_id: Type.Optional(Type.Array(Type.String())),
  search_field: Type.Optional(Type.String({ description: 'The whole name.' })),
  source_user_ips: Type.Optional(Type.Array(Type.String())),
  user_agents: Type.Optional(
    Type.Array(Type.String(), { description: 'Not kept: any finds nothing.' }),
  ),
})

export type UserActionWire = Static<typeof UserActionAnswer>
export type UserActionQueryWire = Static<typeof UserActionListQuery>
