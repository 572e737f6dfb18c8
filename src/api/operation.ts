import { type TSchema, Type } from 'typebox'
import { type ErrorCode, PUBLIC_ERRORS } from '../domain/errors.ts'
import { ProblemSchema } from './schemas/common.ts'
import { ref } from './schemas/helpers.ts'

/** What callers are told by hand that a schema cannot say. */
const IDEMPOTENCY_KEY = Type.String({
  pattern: '^[!-~]{1,255}$',
  description:
    '1 to 255 visible ASCII characters. A repeat within a day is answered as the first request was; secrets are not shown again.',
})
const PROPAGATION = {
  type: 'string',
  description:
    'On changes that gateways must learn of: `revision=12; applied`, or `revision=12; lagging=<nodes>`.',
}
/** On answers that take a key away. */
export const LAST_USED = {
  'Latchkey-Last-Used': {
    type: 'string',
    description:
      'When the key last opened a function, at most 10 s late: `never`, or `2026-11-21T23:45:02Z; function=demo/hello; address=192.0.2.1` as far as it is known.',
  },
}
/** On answers that show what can be edited, and on those that have changed it. */
export const ETAG = {
  ETag: {
    type: 'string',
    description:
      'Stands for what can be edited of it. To be sent as `If-Match` with a change or deletion that shall be made only if nobody has changed it meanwhile.',
  },
}
const IF_MATCH = Type.String({
  description:
    'One or several ETags, or `*`. The change is made only if one of them is still the present one; else it is refused with `changed_meanwhile`.',
})
const REPLAYED = { type: 'string', description: '`true` on the answer to a repeated request.' }

const READ_CODES: readonly ErrorCode[] = [
  'invalid_parameter',
  'malformed_request',
  'unauthorized',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'internal_error',
]
const CHANGE_CODES: readonly ErrorCode[] = [
  ...READ_CODES,
  'cross_site_request',
  'invalid_body',
  'invalid_json',
  'invalid_idempotency_key',
  'expire_in_past',
  'unknown_functions',
  'unknown_namespaces',
  'key_policy',
  'unknown_keys',
  'unknown_runtime',
  'unknown_flavor',
  'name_taken',
  'conflict',
  'idempotency_in_progress',
  'body_too_large',
  'unsupported_media_type',
  'idempotency_mismatch',
  'invalid_dependencies',
  'storage_full',
]
const MARK_CODES: readonly ErrorCode[] = [
  'storage_full',
  'cross_site_request',
  'invalid_body',
  'invalid_json',
  'invalid_idempotency_key',
  'idempotency_in_progress',
  'idempotency_mismatch',
  'body_too_large',
  'unsupported_media_type',
]

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
}

interface ReadExtras {
  /** What its events are, when it answers with a stream of them to those who ask for that. */
  readonly events?: string
  /** Refusals beyond those of every route that reads. */
  readonly codes?: readonly ErrorCode[]
  /** Of the answer. */
  readonly headers?: object
}

/** The documented side of a route that reads. */
export function reads<T extends TSchema>(operation: Operation, answer: T, extras: ReadExtras = {}) {
  const { events, codes = [], headers } = extras
  const found = success('Found.', answer)
  const stream = { 'text/event-stream': { schema: { type: 'string', description: events } } }
  const content = events === undefined ? found.content : { ...found.content, ...stream }
  return {
    ...operation,
    tags: [...operation.tags],
    response: {
      200: { ...found, content, ...(headers && { headers }) },
      ...problems([...READ_CODES, ...codes]),
    },
  }
}

/** The documented side of a route that notes something of who asks alone: no change, no revision. */
export function marks<T extends TSchema>(
  operation: Operation,
  answer: T,
  codes: readonly ErrorCode[] = [],
) {
  return {
    ...operation,
    tags: [...operation.tags],
    response: {
      200: success('Done.', answer),
      ...problems([...READ_CODES, ...MARK_CODES, ...codes]),
    },
  }
}

/**
 * The documented side of a route that changes something and answers with a body. `codes`: refusals beyond
 * those of every route that changes something; `headers`: the same of the answer.
 */
export function changes<T extends TSchema>(
  operation: Operation,
  answer: T,
  status = 200,
  codes: readonly ErrorCode[] = [],
  headers: object = {},
) {
  return {
    ...operation,
    tags: [...operation.tags],
    headers: Type.Object({ 'idempotency-key': Type.Optional(IDEMPOTENCY_KEY) }),
    response: {
      [status]: { ...success('Done.', answer), headers: { ...changeHeaders(), ...headers } },
      ...problems([...CHANGE_CODES, ...codes]),
    },
  }
}

/** The same for one that answers with no body. `headers`, `codes`: beyond those of every change. */
export function changesSilently(
  operation: Operation,
  headers: object = {},
  codes: readonly ErrorCode[] = [],
) {
  return {
    ...operation,
    tags: [...operation.tags],
    headers: Type.Object({ 'idempotency-key': Type.Optional(IDEMPOTENCY_KEY) }),
    response: {
      204: { type: 'null', description: 'Done.', headers: { ...changeHeaders(), ...headers } },
      ...problems([...CHANGE_CODES, ...codes]),
    },
  }
}

/** The same of one that can be bound to what the client has read. */
export function bindable<T extends { readonly headers: unknown }>(operation: T) {
  const headers = {
    'idempotency-key': Type.Optional(IDEMPOTENCY_KEY),
    'if-match': Type.Optional(IF_MATCH),
  }
  return { ...operation, headers: Type.Object(headers) }
}

function changeHeaders() {
  return { 'Latchkey-Propagation': PROPAGATION, 'Idempotency-Replayed': REPLAYED }
}

function success(description: string, answer: TSchema) {
  return { description, content: { 'application/json': { schema: ref(answer) } } }
}

/** One documented answer for each status that the codes have. */
function problems(codes: readonly ErrorCode[]) {
  const byStatus = Map.groupBy(codes, (code) => PUBLIC_ERRORS[code][0])
  return Object.fromEntries([...byStatus].map(([status, own]) => [status, problem(own)]))
}

function problem(codes: readonly ErrorCode[]) {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { 'application/problem+json': { schema: ref(ProblemSchema) } },
  }
}
