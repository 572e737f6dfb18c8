import { Type } from 'typebox'
import { Time } from './common.ts'
import { answer, nullable, ref } from './helpers.ts'

const Count = Type.Integer({ minimum: 0 })

export const Node = answer('NodeSerializer', {
  name: Type.String(),
  connected: Type.Boolean({ description: 'Whether changes reach it at the moment.' }),
  counts: Type.Boolean({
    description: 'Whether changes wait for it: one that no longer serves does not count.',
  }),
  applied_revision: nullable(Type.Integer(), {
    description: 'The newest revision that all of its threads have applied; null while not known.',
  }),
  silent_for_seconds: nullable(Type.Number(), {
    description:
      'Since control last heard of it: up to five seconds for one that is well. Null when that was before control was started.',
  }),
  stale_after_seconds: nullable(Type.Number(), {
    description: 'So long without control, and it serves nobody any more; null for never.',
  }),
  instances: nullable(Type.Object({ total: Count, ready: Count }), {
    description: 'Null when it does not answer.',
  }),
  functions: nullable(Count, {
    description: 'That have instances there; null when it does not answer.',
  }),
})

export const ControlSelf = answer('ControlSerializer', {
  version: Type.String(),
  started_at: Time,
  revision: Type.Integer({ minimum: 0, description: 'The newest change that is committed.' }),
  database_bytes: Type.Integer({ minimum: 0, description: 'On the disk, its log included.' }),
})

export const Nodes = answer('NodesSerializer', {
  control: ref(ControlSelf),
  results: Type.Array(ref(Node), { description: 'The data nodes, by name.' }),
})
