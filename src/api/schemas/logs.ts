import { type Static, Type } from 'typebox'
import { answer, withDefault } from './helpers.ts'

export const Logs = answer('LogsSerializer', {
  logs: Type.Array(Type.Record(Type.String(), Type.String()), {
    description:
      'Newest last: `{Time, Pod, Message}`, and beside them `Timestamp` (the time in milliseconds), `Stream` (`stdout`, `stderr`, or `system` for what Latchkey tells of the instance), `RequestId`, `Version` and `VersionNumber`; what is not known is empty.',
  }),
})

const WHEN = 'A time such as `2026-08-22T11:21:00Z`, or how long ago: `90s`, `15m`, `12h`, `7d`.'

export const LogsQuery = Type.Object({
  limit: withDefault(
    Type.Integer({
      default: 1000,
      minimum: 1,
      maximum: 100_000,
      description: 'The newest so many of the wanted lines.',
    }),
  ),
  since: Type.Optional(Type.String({ maxLength: 64, description: `From then on. ${WHEN}` })),
  until: Type.Optional(Type.String({ maxLength: 64, description: `To then. ${WHEN}` })),
  request_id: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      pattern: '^[\\x21-\\x7e]+$',
      description: "Only lines of this request: the `x-request-id` of a caller's answer.",
    }),
  ),
  instance: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      pattern: '^[0-9A-Za-z-]+$',
      description: 'Only lines of this instance: `Pod`.',
    }),
  ),
  stream: Type.Optional(
    Type.Enum(['stdout', 'stderr', 'system'], { type: 'string', description: 'Only lines of it.' }),
  ),
  follow: withDefault(
    Type.Boolean({
      default: false,
      description:
        'Answer with server-sent events: the same lines, then those that come. `Accept: text/event-stream` says the same.',
    }),
  ),
})

export type LogsWire = Static<typeof Logs>
export type LogsQueryWire = Static<typeof LogsQuery>
