import type { UsageAsk } from '../../control/usage-control.ts'
import type { UsageStep } from '../../domain/usage-time.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { parseInstant } from '../instant.ts'
import { reads } from '../operation.ts'
import { FunctionParams } from '../schemas/functions.ts'
import { KeyParams } from '../schemas/keys.ts'
import { FunctionUsage, FunctionUsageQuery, KeyUsage, KeyUsageQuery } from '../schemas/usage.ts'
import { functionUsageWire, keyUsageWire } from '../usage-wire.ts'
import { functionNameOf } from './functions.ts'

const KEY = '/v1/faas/keys/:project_id/:region_id/:key_name/usage'
const FUNCTION =
  '/v1/faas/namespaces/:project_id/:region_id/:namespace_name/functions/:function_name/usage'

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
      FUNCTION,
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
    done()
  }

function askOf(query: {
  step: UsageStep
  by: 'time' | 'function' | 'key'
  from?: string
  to?: string
}): UsageAsk {
  const { step, by, from, to } = query
  return { step, isSplit: by !== 'time', fromMs: momentOf(from), toMs: momentOf(to) }
}

/** The schema has let only valid times through. */
function momentOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseInstant(text)
}
