import { Type } from 'typebox'
import { ScopeParams } from './common.ts'
import { answer, choices, nullable, ref } from './helpers.ts'
import { ID_CHARS_MAX } from './keys.ts'

export const PropagationStateChoices = choices('PropagationStateChoices', [
  'applied',
  'pending',
  'lagging',
])

export const NodePropagation = answer('NodePropagationSerializer', {
  name: Type.String({ description: 'Of the data node.' }),
  connected: Type.Boolean({ description: 'Whether changes reach it at the moment.' }),
  counts: Type.Boolean({
    description:
      'Whether changes wait for it. A node that has been silent for longer than it may serve without control answers every call with 503, so it does not count.',
  }),
  applied_revision: nullable(Type.Integer(), {
    description: 'The newest revision that all of its threads have applied; null while not known.',
  }),
  applied: Type.Boolean({ description: "Whether it has applied the key's newest change." }),
  silent_for_seconds: nullable(Type.Number(), {
    description:
      'Since control last heard of it: up to five seconds for one that is well. Null when that was before control was started.',
  }),
})

export const KeyPropagation = answer('KeyPropagationSerializer', {
  key: Type.String({ description: 'Its name.' }),
  key_id: Type.String(),
  deleted: Type.Boolean({ description: 'Whether its newest change was its deletion.' }),
  revision: Type.Integer({ description: 'Of the newest change of the key.' }),
  state: ref(PropagationStateChoices),
  nodes: Type.Array(ref(NodePropagation)),
})

export const KeyPropagationParams = Type.Object({
  ...ScopeParams.properties,
  key_name: Type.String({
    minLength: 1,
    maxLength: ID_CHARS_MAX,
    description: 'Its name, or its id; also those of a key that was deleted.',
  }),
})
