import type { Static } from 'typebox'
import type { AskedNamespace, KeyPatch, KeyQuery, NewKey } from '../../control/keys-control.ts'
import { keyEditTag } from '../../domain/edit-tag.ts'
import { PublicError } from '../../domain/errors.ts'
import type { Key } from '../../domain/key.ts'
import {
  isLabelName,
  isLabelValue,
  LABEL_NAME_RULE,
  LABEL_VALUE_RULE,
} from '../../domain/key-rules.ts'
import { type FunctionName, parseFunctionName } from '../../domain/names.ts'
import { type Routes, scopeOf } from '../deps.ts'
import { boundTo, tellEditTag } from '../edit-tags.ts'
import { SECRET_NOTICE } from '../idempotency.ts'
import { msOf } from '../instant.ts'
import { keyWire, tellLastUse } from '../key-wire.ts'
import { bindable, changes, changesSilently, ETAG, LAST_USED, reads } from '../operation.ts'
import { pageWire, parseOrder } from '../paging.ts'
import { present } from '../present.ts'
import { tellPropagation } from '../propagation.ts'
import { ScopeParams } from '../schemas/common.ts'
import { ref } from '../schemas/helpers.ts'
import {
  ApiKey,
  ApiKeyList,
  CreateApiKey,
  type CreateApiKeyBody,
  CreatedApiKey,
  type CreatedApiKeyWire,
  type GrantedNamespaceWire,
  KeyDeleteQuery,
  KeyListQuery,
  KeyParams,
  PatchApiKey,
  type PatchApiKeyBody,
} from '../schemas/keys.ts'

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
        return pageWire(await control.keys.list(scopeOf(params), filterOf(query)), wire)
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
        const input = newKeyOf(body)
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
    app.get(
      KEY,
      { schema: { ...reads(get, ApiKey, { headers: ETAG }), params: KeyParams } },
      async ({ params }, reply) => {
        const key = await control.keys.get(scopeOf(params), params.key_name)
        tellEditTag(reply, keyEditTag(key))
        return wire(key)
      },
    )

    const patch = {
      operationId: 'FaaSAuthKeyHandler.patch',
      summary: 'Change a key; disabling it says what it was last used for',
      tags,
    }
    app.patch(
      KEY,
      {
        schema: {
          ...bindable(
            changes(patch, ApiKey, 200, ['changed_meanwhile'], { ...LAST_USED, ...ETAG }),
          ),
          params: KeyParams,
          body: ref(PatchApiKey),
        },
      },
      async (request, reply) => {
        const { body, params } = request
        const repeated = (key: Key) => ({ status: 200, body: wire(key) })
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.keys.update(
            { ...context, ...boundTo(request) },
            scopeOf(params),
            params.key_name,
            patchOf(body),
          ),
        )
        tellPropagation(reply, propagation)
        tellEditTag(reply, keyEditTag(value))
        if (body.disabled === true) tellLastUse(reply, value)
        return wire(value)
      },
    )

    const remove = { operationId: 'FaaSAuthKeyHandler.delete', summary: 'Delete a key', tags }
    app.delete(
      KEY,
      {
        schema: {
          ...bindable(changesSilently(remove, LAST_USED, ['changed_meanwhile'])),
          params: KeyParams,
          querystring: KeyDeleteQuery,
        },
      },
      async (request, reply) => {
        const { params, query } = request
        const repeated = () => ({ status: 204, body: null })
        const { value, propagation } = await idempotency.change(request, repeated, (context) =>
          control.keys.delete(
            { ...context, ...boundTo(request) },
            scopeOf(params),
            params.key_name,
            query,
          ),
        )
        tellPropagation(reply, propagation)
        tellLastUse(reply, value)
        return reply.code(204).send()
      },
    )
    done()
  }

function newKeyOf(body: CreateApiKeyBody): NewKey {
  return {
    name: body.name,
    description: body.description ?? '',
    labels: body.labels ?? {},
    notBeforeMs: msOf(body.not_before ?? null),
    expireMs: msOf(body.expire ?? null),
    disabled: body.disabled ?? false,
    functions: body.functions ?? [],
    namespaces: (body.namespaces ?? []).map(namespaceOf),
  }
}

/** Null says of a time that there is none, and of everything else the same as leaving it out. */
function patchOf(body: PatchApiKeyBody): KeyPatch {
  const { expire, not_before: notBefore, namespaces } = body
  return {
    ...(expire === undefined ? {} : { expireMs: msOf(expire) }),
    ...(notBefore === undefined ? {} : { notBeforeMs: msOf(notBefore) }),
    ...present({
      name: body.name,
      description: body.description,
      labels: body.labels,
      disabled: body.disabled,
      functions: body.functions,
      namespaces: namespaces?.map(namespaceOf),
    }),
  }
}

function namespaceOf({ name, ...limits }: GrantedNamespaceWire): AskedNamespace {
  return { namespace: name, ...limits }
}

function filterOf(query: Static<typeof KeyListQuery>): KeyQuery {
  const { limit, offset, order_by: order, expire_in: days, function: fn, label: labels } = query
  return {
    limit,
    offset,
    orderBy: parseOrder<KeyQuery['orderBy']['field']>(order),
    ...present({
      search: query.search,
      id: query.id,
      status: query.status,
      labels: labels?.map(labelOf),
      opens: fn === undefined ? undefined : openedOf(fn),
      namespace: query.namespace,
      expireInDays: days === undefined ? undefined : Math.min(days, EXPIRE_IN_DAYS_MAX),
    }),
  }
}

/** `name` or `name=value`. */
function labelOf(text: string): { name: string; value?: string } {
  const at = text.indexOf('=')
  const [name, value] = at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
  if (!isLabelName(name!)) throw wrongQuery('label', `has a name that ${LABEL_NAME_RULE}`)
  if (value === undefined) return { name: name! }
  if (!isLabelValue(value)) throw wrongQuery('label', `has a value that ${LABEL_VALUE_RULE}`)
  return { name: name!, value }
}

function openedOf(text: string): FunctionName {
  const name = parseFunctionName(text)
  if (name !== undefined) return name
  throw wrongQuery('function', 'must name a function as <namespace>/<name>')
}

function wrongQuery(field: string, message: string): PublicError {
  const detail = `A parameter is not valid: ${field} ${message}.`
  return new PublicError('invalid_parameter', detail, [{ field, message }])
}
