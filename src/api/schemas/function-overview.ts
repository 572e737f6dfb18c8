import { type Static, Type } from 'typebox'
import { FUNCTION_STATUSES } from '../../domain/function-status.ts'
import { Description, Name, pageParams, Time } from './common.ts'
import { answer, choices, collection, nullable, ref, refWith, withDefault } from './helpers.ts'

export const FunctionStatusChoices = choices('FunctionStatusChoices', [...FUNCTION_STATUSES])

export const FunctionsOverviewOrderBy = choices('FunctionsOverviewOrderByChoices', [
  'name.asc',
  'name.desc',
  'namespace.asc',
  'namespace.desc',
  'created_at.asc',
  'created_at.desc',
  'updated_at.asc',
  'updated_at.desc',
  'requests.asc',
  'requests.desc',
  'errors.asc',
  'errors.desc',
  'p95.asc',
  'p95.desc',
])

const Count = Type.Integer({ minimum: 0 })
const measures = {
  requests: Count,
  errors: Type.Integer({ minimum: 0, description: 'Answered with 5xx.' }),
  p95: nullable(Type.Number(), { description: 'Milliseconds; null without requests.' }),
}

export const RecentUsagePart = answer('RecentUsagePartSerializer', measures)

export const RecentUsage = answer('RecentUsageSerializer', {
  ...measures,
  from: Type.String({ description: 'Where the first part begins, UTC.' }),
  series: Type.Array(ref(RecentUsagePart), {
    description: 'Twelve parts of five minutes; the last has not ended.',
  }),
})

export const FunctionSummary = answer('FunctionSummarySerializer', {
  id: Type.String(),
  name: Name,
  namespace: Name,
  description: Description,
  runtime: Type.String({ description: 'As the client wrote it.' }),
  enable_api_key: Type.Boolean(),
  disabled: Type.Boolean(),
  deployed: Type.Boolean({ description: 'Whether some version was put to work.' }),
  status: refWith(FunctionStatusChoices, { description: 'As that of the function itself.' }),
  build_status: Type.String({
    description: 'Of the newest build: `pending`, `building`, `succeeded`, `failed`.',
  }),
  instances: Type.Object({ total: Count, ready: Count }),
  endpoint: Type.String({ description: 'The URL to call.' }),
  created_at: Time,
  updated_at: Time,
  usage: ref(RecentUsage),
})
export const FunctionsOverview = collection('FunctionsOverviewSerializer', FunctionSummary)

export const FunctionsOverviewQuery = Type.Object({
  ...pageParams(50),
  order_by: withDefault(
    refWith(FunctionsOverviewOrderBy, {
      default: 'name.asc',
      description:
        '`requests`, `errors` and `p95` are those of `usage`: a function without requests counts as less than all others, equals are in the order of their names.',
    }),
  ),
  search: Type.Optional(
    Type.String({ maxLength: 100, description: "A substring of the function's name." }),
  ),
  namespace: Type.Optional(Name),
  status: Type.Optional(ref(FunctionStatusChoices)),
})

export type FunctionSummaryWire = Static<typeof FunctionSummary>
