import type { Key } from '../../domain/key.ts'
import type { FunctionName } from '../../domain/names.ts'
import { formatFunctionName } from '../../domain/names.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { SECRET_NOTICE } from '../idempotency.ts'
import { parseInstant } from '../instant.ts'
import { changes, changesSilently, reads } from '../operation.ts'
import { namedPageQuery, pageWire } from '../paging.ts'
import { tellPropagation } from '../propagation.ts'
import { ScopeParams } from '../schemas/common.ts'
import { ref } from '../schemas/helpers.ts'
import {
  ApiKey,
  ApiKeyList,
  CreateApiKey,
  CreatedApiKey,
  type CreatedApiKeyWire,
  KeyListQuery,
  KeyParams,
  PatchApiKey,
  type PatchApiKeyBody,
} from '../schemas/keys.ts'
import { keyWire } from '../serialize.ts'

const KEYS = '/v1/faas/keys/:project_id/:region_id'
const KEY = `${KEYS}/:key_name`
const tags = ['keys']
/** Ten thousand years: beyond that a number of days is no longer a time. */
const EXPIRE_IN_DAYS_MAX = 3_650_000

export const keyRoutes: Routes =
  ({ control, clock, idempotency }) =>
  (app, _options, done) => {
    const wire = (key: Key) => keyWire(key, clock.now())

    const list = { operationId: 'FaaSAuthKeysHandler.get', summary: 'List keys', tags }
    app.get(
      KEYS,
      { schema: { ...reads(list, ApiKeyList), params: ScopeParams, querystring: KeyListQuery } },
      async ({ params, query }) => {
        const page = namedPageQuery(query)
        const { expire_in: days } = query
        const filter =
          days === undefined ? page : { ...page, expireInDays: Math.min(days, EXPIRE_IN_DAYS_MAX) }
        return pageWire(await control.keys.list(scopeOf(params), filter), wire)
      },
    )

    const create = { operationId: 'FaaSAuthKeysHandler.post', summary: 'Create a key', tags }
    app.post(
      KEYS,
      {
        schema: { ...changes(create, CreatedApiKey), params: ScopeParams, body: ref(CreateApiKey) },
      },
      async (request, reply) => {
        const { body, params } = request
        const input = {
          name: body.name,
          description: body.description ?? '',
          expireMs: expireMsOf(body.expire ?? null),
          functions: distinct(body.functions ?? []),
        }
        const repeated = ({ key }: { key: Key }) => ({
          status: 200,
          body: { ...wire(key), secret: '', secret_notice: SECRET_NOTICE },
        })
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.keys.create(context, scopeOf(params), input),
        )
        tellPropagation(reply, propagation)
        const created: CreatedApiKeyWire = { ...wire(value.key), secret: value.secret }
        return created
      },
    )

    const get = { operationId: 'FaaSAuthKeyHandler.get', summary: 'Read a key', tags }
    app.get(KEY, { schema: { ...reads(get, ApiKey), params: KeyParams } }, async ({ params }) =>
      wire(await control.keys.get(scopeOf(params), params.key_name)),
    )

    const patch = { operationId: 'FaaSAuthKeyHandler.patch', summary: 'Change a key', tags }
    app.patch(
      KEY,
      { schema: { ...changes(patch, ApiKey), params: KeyParams, body: ref(PatchApiKey) } },
      async (request, reply) => {
        const { body, params } = request
        const repeated = (key: Key) => ({ status: 200, body: wire(key) })
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.keys.update(context, scopeOf(params), params.key_name, patchOf(body)),
        )
        tellPropagation(reply, propagation)
        return wire(value)
      },
    )

    const remove = { operationId: 'FaaSAuthKeyHandler.delete', summary: 'Delete a key', tags }
    app.delete(
      KEY,
      { schema: { ...changesSilently(remove), params: KeyParams } },
      async (request, reply) => {
        const { params } = request
        const repeated = () => ({ status: 204, body: null })
        const { propagation } = await idempotency.change(request, repeated, (context) =>
          control.keys.delete(context, scopeOf(params), params.key_name),
        )
        tellPropagation(reply, propagation)
        return reply.code(204).send()
      },
    )
    done()
  }

function patchOf({ description, expire, functions }: PatchApiKeyBody) {
  return {
    ...(description === undefined || description === null ? {} : { description }),
    ...(expire === undefined ? {} : { expireMs: expireMsOf(expire) }),
    ...(functions === undefined ? {} : { functions: distinct(functions) }),
  }
}

function expireMsOf(expire: string | null): number | null {
  // The schema has let only valid times through.
  return expire === null ? null : (parseInstant(expire) ?? null)
}

function distinct(functions: readonly FunctionName[]): FunctionName[] {
  return [...new Map(functions.map((fn) => [formatFunctionName(fn), fn])).values()]
}
