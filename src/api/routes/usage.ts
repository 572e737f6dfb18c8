import type { UsageAsk } from '../../control/usage-control.ts'
import type { UsageStep } from '../../domain/usage-time.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { parseInstant } from '../instant.ts'
import { reads } from '../operation.ts'
import { FunctionParams } from '../schemas/functions.ts'
import { KeyParams } from '../schemas/keys.ts'
import {
  FunctionInstances,
  FunctionUsage,
  FunctionUsageQuery,
  InstancesQuery,
  KeyUsage,
  KeyUsageQuery,
} from '../schemas/usage.ts'
import { functionUsageWire, instancesWire, keyUsageWire } from '../usage-wire.ts'
import { functionNameOf } from './functions.ts'

const KEY = '/v1/faas/keys/:project_id/:region_id/:key_name/usage'
const FUNCTION =
  '/v1/faas/namespaces/:project_id/:region_id/:namespace_name/functions/:function_name'

export const usageRoutes: Routes =
  ({ control }) =>
  (app, _options, done) => {
    const ofKey = {
      operationId: 'FaaSAuthKeyUsageHandler.get',
      summary: 'Read what a key was used for',
      tags: ['keys'],
    }
    app.get(
      KEY,
      { schema: { ...reads(ofKey, KeyUsage), params: KeyParams, querystring: KeyUsageQuery } },
      async ({ params, query }) =>
        keyUsageWire(await control.usage.ofKey(scopeOf(params), params.key_name, askOf(query))),
    )

    const ofFunction = {
      operationId: 'FunctionUsageHandler.get',
      summary: 'Read how a function was used',
      tags: ['functions'],
    }
    app.get(
      `${FUNCTION}/usage`,
      {
        schema: {
          ...reads(ofFunction, FunctionUsage),
          params: FunctionParams,
          querystring: FunctionUsageQuery,
        },
      },
      async ({ params, query }) =>
        functionUsageWire(
          await control.usage.ofFunction(scopeOf(params), functionNameOf(params), askOf(query)),
        ),
    )

    const instances = {
      operationId: 'FunctionInstancesHandler.get',
      summary: 'Read how many instances a function had',
      tags: ['functions'],
    }
    app.get(
      `${FUNCTION}/instances`,
      {
        schema: {
          ...reads(instances, FunctionInstances),
          params: FunctionParams,
          querystring: InstancesQuery,
        },
      },
      async ({ params, query }) =>
        instancesWire(
          await control.usage.instances(scopeOf(params), functionNameOf(params), rangeOf(query)),
        ),
    )
    done()
  }

interface RangeQuery {
  readonly step: UsageStep
  readonly from?: string
  readonly to?: string
}

function askOf(query: RangeQuery & { readonly by: 'time' | 'function' | 'key' }): UsageAsk {
  return { ...rangeOf(query), isSplit: query.by !== 'time' }
}

function rangeOf({ step, from, to }: RangeQuery) {
  return { step, fromMs: momentOf(from), toMs: momentOf(to) }
}

/** The schema has let only valid times through. */
function momentOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInstant(text)
}
