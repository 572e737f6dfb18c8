import { type Static, Type } from 'typebox'
import { answer, withDefault } from './helpers.ts'

export const Logs = answer('LogsSerializer', {
  logs: Type.Array(Type.Record(Type.String(), Type.String()), {
    description:
      'Newest last: `{Time, Pod, Message}`, and beside them `Stream` and `RequestId` (empty when the line belongs to no request).',
  }),
})

export const LogsQuery = Type.Object({
  limit: withDefault(Type.Integer({ default: 1000, minimum: 1, maximum: 100_000 })),
})

export type LogsWire = Static<typeof Logs>
