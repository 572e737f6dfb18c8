import { type Static, type TProperties, Type } from 'typebox'
import { DateTime, Name, NamespacedName, Time } from './common.ts'
import { answer, choices, nullable, ref, refWith, withDefault } from './helpers.ts'

export const UsageStepSchema = choices('UsageStepChoices', ['minute', 'hour', 'day'])

const Count = Type.Integer({ minimum: 0 })
const Milliseconds = nullable(Type.Number())

export const UsageVerdicts = answer('UsageVerdictsSerializer', {
  allowed: Count,
  missing: Type.Integer({ minimum: 0, description: 'No key was sent.' }),
  repeated: Type.Integer({ minimum: 0, description: 'More than one key was sent.' }),
  malformed: Type.Integer({ minimum: 0, description: 'What was sent has not the form of a key.' }),
  unknown: Count,
  expired: Count,
  disabled: Count,
  not_yet: Type.Integer({ minimum: 0, description: "The key's time has not come." }),
  not_granted: Type.Integer({ minimum: 0, description: 'The key does not open the function.' }),
  not_permitted: Type.Integer({
    minimum: 0,
    description: 'The key opens the function, but not for this method and path.',
  }),
  unjudged: Type.Integer({
    minimum: 0,
    description: 'Answered before the key was looked at, such as the preflight of a browser.',
  }),
})

export const UsageStatuses = answer('UsageStatusesSerializer', {
  success: Type.Integer({ minimum: 0, description: '2xx' }),
  redirect: Type.Integer({ minimum: 0, description: '3xx' }),
  client_error: Type.Integer({ minimum: 0, description: '4xx' }),
  server_error: Type.Integer({ minimum: 0, description: '5xx' }),
  none: Type.Integer({ minimum: 0, description: 'The caller left before there was an answer.' }),
})

export const UsageLatency = answer('UsageLatencySerializer', {
  mean: Milliseconds,
  p50: Milliseconds,
  p95: Milliseconds,
  p99: Milliseconds,
})

const rowMembers = {
  time: Type.String({ description: 'Where the step begins, UTC.' }),
  requests: Count,
  verdicts: ref(UsageVerdicts),
  statuses: ref(UsageStatuses),
  cold_starts: Type.Integer({
    minimum: 0,
    description: 'Requests that waited for an instance to be started.',
  }),
  bytes_received: Type.Integer({ minimum: 0, description: 'Of bodies.' }),
  bytes_sent: Type.Integer({ minimum: 0, description: 'Of bodies.' }),
  latency_ms: refWith(UsageLatency, {
    description:
      'From the end of the head to the end of the answer; percentiles by buckets of powers of two.',
  }),
}

export const KeyUsageRow = answer('KeyUsageRowSerializer', {
  ...rowMembers,
  function: nullable(ref(NamespacedName), {
    description: 'With `by=function`; null when it is deleted.',
  }),
  function_id: Type.String({ description: 'With `by=function`; empty otherwise.' }),
})

export const FunctionUsageRow = answer('FunctionUsageRowSerializer', {
  ...rowMembers,
  key: nullable(Name, { description: 'With `by=key`; null when it is deleted or there was none.' }),
  key_id: Type.String({
    description:
      'With `by=key`; empty for requests without a known key, `*` for keys that were too many to be told apart.',
  }),
})

const report = { step: ref(UsageStepSchema), from: Time, to: Time }

export const KeyUsage = answer('KeyUsageSerializer', {
  ...report,
  results: Type.Array(ref(KeyUsageRow)),
})
export const FunctionUsage = answer('FunctionUsageSerializer', {
  ...report,
  results: Type.Array(ref(FunctionUsageRow)),
})

export const InstancesRow = answer('FunctionInstancesRowSerializer', {
  time: Type.String({ description: 'Where the step begins, UTC.' }),
  highest: Type.Integer({ minimum: 1, description: 'Of the counts, one a minute.' }),
  mean: Type.Number({
    minimum: 0,
    description: 'Over the minutes of the step that have begun; those without a count are 0.',
  }),
})
export const FunctionInstances = answer('FunctionInstancesSerializer', {
  ...report,
  results: Type.Array(ref(InstancesRow), {
    description: 'By time; none for a step in which it had none.',
  }),
})

export const InstancesQuery = usageQuery({})
export const KeyUsageQuery = usageQuery({
  by: withDefault(Type.Enum(['time', 'function'], { type: 'string', default: 'time' })),
})
export const FunctionUsageQuery = usageQuery({
  by: withDefault(Type.Enum(['time', 'key'], { type: 'string', default: 'time' })),
})

function usageQuery<T extends TProperties>(more: T) {
  return Type.Object({
    from: Type.Optional(
      moment('Rounded down to a whole step. An hour, a day or 30 days back unless told.'),
    ),
    to: Type.Optional(moment('Not included; rounded up to a whole step. Now unless told.')),
    step: withDefault(refWith(UsageStepSchema, { default: 'hour' })),
    ...more,
  })
}

function moment(description: string) {
  return Type.String({ ...DateTime, description })
}

export type UsageRowWire = Static<typeof UsageRow>
const UsageRow = Type.Object(rowMembers)
export type KeyUsageWire = Static<typeof KeyUsage>
export type FunctionUsageWire = Static<typeof FunctionUsage>
export type FunctionInstancesWire = Static<typeof FunctionInstances>
