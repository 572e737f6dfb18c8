import type { Answer, CallInput } from '../../wire/call.ts'

/**
 * One call of the probe function and what must come back. Each language has a probe of its own under
 * `fixtures/<language>`, a classic handler that does by path what the titles say:
 *
 *     /data            {kind: json|text|bytes, value}, bytes as hex       /count       calls so far
 *     /event /context  their fields                                       /env/<name>  a variable
 *     /request         method, url, path, query, headers, agent           /bytes/<n>   n bytes
 *     /echo            the body's bytes                                   /stream/<n>  n bytes streamed
 *     /return/<kind>   returns that kind       /respond/<kind>  answers by way of the response
 *     /fail/<kind>     fails in that way       /log/<kind>      writes lines
 *     /until-cancelled /endless-stream         log `cancelled`, `stream stopped`
 */
export interface Case {
  readonly title: string
  readonly input: CallInput
  readonly outcome?: Answer['outcome']
  readonly status?: number
  /** Text, or bytes, or with `json` the parsed value. */
  readonly body?: string | Uint8Array
  readonly json?: unknown
  /** Null: absent. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** The call has no body: `json` is what Node gives for it, and a probe may say what its language gives. */
  readonly isWithoutBody?: boolean
  /** One frame, with its length known. */
  readonly isOneFrame?: boolean
}

const TEXT = 'text/plain; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'
const NOT_UTF8 = Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x0a, 0x0d])

function post(target: string, type: string | undefined, body: string | Uint8Array): CallInput {
  return {
    method: 'POST',
    target,
    body,
    headers: type === undefined ? {} : { 'content-type': type },
  }
}

function data(type: string | undefined, body: string | Uint8Array): CallInput {
  return post('/data', type, body)
}

export const BODY_CASES: readonly Case[] = [
  ['a JSON object', 'application/json', '{"a":[1,null]}', 'json', { a: [1, null] }],
  ['a JSON array', 'application/json', '[1,2]', 'json', [1, 2]],
  ['a JSON number', 'application/json', '7', 'json', 7],
  ['JSON with parameters', 'application/json; charset=utf-8', '{"a":1}', 'json', { a: 1 }],
  ['JSON in capitals', 'Application/JSON', '{"a":1}', 'json', { a: 1 }],
  ['a +json type', 'application/cloudevents+json', '{"a":1}', 'json', { a: 1 }],
  ['JSON with a byte order mark', 'application/json', '\ufeff{"a":1}', 'json', { a: 1 }],
  ['JSON with unicode', 'application/json', '{"a":"🐎"}', 'json', { a: '🐎' }],
  ['plain text', 'text/plain', 'words\n', 'text', 'words\n'],
  ['text with a charset', 'text/html; charset=UTF-8', 'ž', 'text', 'ž'],
  ['latin1 text', 'text/plain; charset=iso-8859-1', Buffer.from([0xe9]), 'text', 'é'],
  ['bytes', 'application/octet-stream', NOT_UTF8, 'bytes', NOT_UTF8.toString('hex')],
  ['an image', 'image/png', NOT_UTF8, 'bytes', NOT_UTF8.toString('hex')],
  ['a form', 'application/x-www-form-urlencoded', 'a=1', 'bytes', '613d31'],
  ['a body without a type', undefined, 'words', 'bytes', '776f726473'],
  ['JSON with white space around it', 'application/json', ' \r\n{"a":1}\t\n', 'json', { a: 1 }],
  ['JSON null', 'application/json', 'null', 'json', null],
  ['a +json type with parameters', 'application/problem+json; a=b', '{"a":1}', 'json', { a: 1 }],
  ['text with a quoted charset', 'text/plain; charset="utf-8"', 'ž', 'text', 'ž'],
  ['a table', 'text/csv', 'a,b\r\n1,2\r\n', 'text', 'a,b\r\n1,2\r\n'],
  ['a form of parts', 'multipart/form-data; boundary=x', '--x--\r\n', 'bytes', '2d2d782d2d0d0a'],
  ['XML that is no text type', 'image/svg+xml', '<a/>', 'bytes', '3c612f3e'],
  ['JSON in a type that only begins alike', 'application/jsonp', '{}', 'bytes', '7b7d'],
].map(([title, type, body, kind, value]) => ({
  title: `${title} is ${kind}`,
  input: data(type as string | undefined, body as string | Uint8Array),
  json: { kind, value },
}))

export const JSON_CASES: readonly Case[] = [
  ['cut off', '{"a":'],
  ['not JSON at all', 'words'],
  ['two values', '{} {}'],
  ['blank', ' '],
  ['with a comma too many', '{"a":1,}'],
  ['in single quotes', "{'a':1}"],
  ['with a number that is none', '{"a":NaN}'],
  ['of a +json type and cut off', '[1,', 'application/problem+json'],
].map(([title, body, type = 'application/json']) => ({
  title: `a JSON body that is ${title} is refused`,
  input: data(type, body!),
  outcome: 'invalid-json' as const,
}))

export const RETURN_CASES: readonly Case[] = [
  ['string', 'plain words', TEXT],
  ['empty-string', '', TEXT],
  ['unicode', 'žluťoučký 🐎\n', TEXT],
  ['object', '{"a":1,"b":[true,null]}', JSON_TYPE],
  ['array', '[1,"two"]', JSON_TYPE],
  ['number', '4.5', JSON_TYPE],
  ['zero', '0', JSON_TYPE],
  ['true', 'true', JSON_TYPE],
  ['false', 'false', JSON_TYPE],
  ['null', 'null', JSON_TYPE],
  ['bytes', Buffer.from([0, 255, 10, 13, 200]), 'application/octet-stream'],
  ['nothing', '', null],
  ['async-string', 'later', TEXT],
  ['async-nothing', '', null],
].map(([kind, body, type]) => ({
  title: `returning ${kind} answers in one frame as ${type ?? 'no type'}`,
  input: { target: `/return/${kind}` },
  body: body as string | Uint8Array,
  headers: { 'content-type': type as string | null },
  isOneFrame: true,
}))

export const STREAM_CASES: readonly Case[] = [
  ...['stream', 'generator', 'async-generator'].map((kind) => ({
    title: `returning a ${kind} sends its chunks`,
    input: { target: `/return/${kind}` },
    body: 'one,two',
    headers: { 'content-type': null, 'content-length': null },
  })),
  {
    title: 'a stream of no bytes is empty',
    input: { target: '/stream/0' },
    body: '',
  },
  {
    title: 'a generator without chunks is empty',
    input: { target: '/return/empty-generator' },
    body: '',
  },
]

export const RESPONSE_CASES: readonly Case[] = [
  {
    title: 'status and headers of the response apply to what is returned',
    input: { target: '/respond/status-and-return' },
    status: 201,
    json: { made: true },
    headers: { 'x-made': 'yes', 'content-type': JSON_TYPE },
    isOneFrame: true,
  },
  {
    title: 'a type that was set is kept',
    input: { target: '/respond/type-and-return' },
    body: '<b>bold</b>',
    headers: { 'content-type': 'text/html; charset=utf-8' },
  },
  {
    title: 'a status alone answers without a body',
    input: { target: '/respond/status-only' },
    status: 202,
    body: '',
    headers: { 'content-length': '0' },
  },
  {
    title: 'response.json answers in one frame',
    input: { target: '/respond/json' },
    status: 418,
    json: { teapot: true },
    headers: { 'content-type': JSON_TYPE },
    isOneFrame: true,
  },
  {
    title: 'what is returned after the response was ended is ignored',
    input: { target: '/respond/ended-and-return' },
    body: 'the response',
    isOneFrame: true,
  },
  {
    title: 'parts that were written arrive in order',
    input: { target: '/respond/written' },
    body: 'one,two,three',
    headers: { 'content-type': 'text/x-parts', 'content-length': null },
  },
  {
    title: '204 has no body and no length',
    input: { target: '/respond/no-content' },
    status: 204,
    body: '',
    headers: { 'content-length': null },
  },
  {
    title: '304 has no body and keeps its headers',
    input: { target: '/respond/not-modified' },
    status: 304,
    body: '',
    headers: { etag: '"1"' },
  },
  {
    title: 'a header value in latin1 arrives as it is',
    input: { target: '/respond/latin1-header' },
    headers: { 'x-name': 'café' },
  },
  {
    title: 'fields of the connection are dropped',
    input: { target: '/respond/hop-by-hop' },
    body: 'words',
    headers: { connection: null, 'transfer-encoding': null, 'x-kept': '1' },
  },
  {
    title: 'a wrong content-length of a whole body is corrected',
    input: { target: '/respond/wrong-length' },
    body: 'more than three',
    headers: { 'content-length': '15' },
  },
  {
    title: 'a streamed body shorter than its content-length is broken off',
    input: { target: '/respond/length-broken' },
    outcome: 'broken-off',
  },
  {
    title: 'a 5xx of the handler is its answer',
    input: { target: '/respond/server-error' },
    status: 503,
    body: 'busy',
    headers: { 'retry-after': '1' },
  },
  {
    title: 'HEAD has the length and no body',
    input: { method: 'HEAD', target: '/return/string' },
    body: '',
    headers: { 'content-length': '11', 'content-type': TEXT },
  },
  {
    title: 'HEAD of a stream has no body',
    input: { method: 'HEAD', target: '/return/stream' },
    body: '',
    headers: { 'content-length': null },
  },
]

export const FAILURE_CASES: readonly Case[] = [
  ...[
    'throw',
    'reject',
    'bad-header-value',
    'bad-header-name',
    'too-long-headers',
    'bad-status',
    'unsendable',
    'circular',
    'later',
  ].map((kind) => ({
    title: `a handler that fails by ${kind} is a failure`,
    input: { target: `/fail/${kind}` },
    outcome: 'handler-error' as const,
  })),
  ...['after-head', 'in-stream'].map((kind) => ({
    title: `a failure ${kind} breaks the response off`,
    input: { target: `/fail/${kind}` },
    outcome: 'broken-off' as const,
    body: 'begun,',
  })),
]

export const REQUEST_CASES: readonly Case[] = [
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE'].map((method) => ({
    title: `${method} reaches the handler`,
    input: { method, target: '/request/a' },
    json: { method, url: '/request/a', path: '/request/a', query: {}, headers: {} },
  })),
  {
    title: 'path and query are as they came',
    input: { target: '/request/a%20b/?q=1&q=2&r=%C3%A9' },
    json: {
      method: 'GET',
      url: '/request/a%20b/?q=1&q=2&r=%C3%A9',
      path: '/request/a%20b/',
      query: { q: ['1', '2'], r: 'é' },
      headers: {},
    },
  },
  {
    title: 'a query has blanks for plus signs, and empty values',
    input: { target: '/request?q=a+b%2B&empty=&bare&%C5%BE=1' },
    json: {
      method: 'GET',
      url: '/request?q=a+b%2B&empty=&bare&%C5%BE=1',
      path: '/request',
      query: { q: 'a b+', empty: '', bare: '', ž: '1' },
      headers: {},
    },
  },
  {
    title: 'slashes that are encoded or doubled stay so',
    input: { target: '/request//a%2Fb/../c' },
    json: {
      method: 'GET',
      url: '/request//a%2Fb/../c',
      path: '/request//a%2Fb/../c',
      query: {},
      headers: {},
    },
  },
  {
    title: 'a long header value arrives whole',
    input: { target: '/request', headers: { 'x-long': 'x'.repeat(16_000) } },
    json: {
      method: 'GET',
      url: '/request',
      path: '/request',
      query: {},
      headers: { 'x-long': 'x'.repeat(16_000) },
    },
  },
  {
    title: 'headers are found whatever the case, and repeated ones are joined',
    input: {
      target: '/request',
      headers: [
        ['user-agent', 'suite'],
        ['x-list', 'a'],
        ['x-list', 'b'],
        ['x-empty', ''],
      ],
    },
    json: {
      method: 'GET',
      url: '/request',
      path: '/request',
      query: {},
      headers: { 'user-agent': 'suite', 'x-list': 'a, b', 'x-empty': '' },
      agent: 'suite',
    },
  },
  {
    title: 'without a body the data is empty',
    input: { target: '/data' },
    json: { kind: 'json', value: {} },
    isWithoutBody: true,
  },
  {
    title: 'an empty JSON body is no body',
    input: data('application/json', ''),
    json: { kind: 'json', value: {} },
    isWithoutBody: true,
  },
  {
    title: 'bytes come back as they went, line breaks and invalid UTF-8 included',
    input: post('/echo', 'application/octet-stream', NOT_UTF8),
    body: NOT_UTF8,
    isOneFrame: true,
  },
  {
    title: 'a GET may have a body',
    input: { target: '/echo', body: 'words' },
    body: 'words',
  },
  {
    title: 'event fields come from the headers of their names',
    input: {
      target: '/event',
      headers: {
        'event-id': 'e1',
        'event-type': 'made',
        'event-time': '2020-01-01T00:00:00Z',
        'event-namespace': 'ns',
      },
    },
    json: {
      id: 'e1',
      type: 'made',
      time: '2020-01-01T00:00:00Z',
      namespace: 'ns',
      sameExtensions: true,
    },
  },
  {
    title: 'a header whose value is the name of an event field is no such field',
    input: {
      target: '/event',
      headers: {
        'x-a': 'event-type',
        'x-b': 'latchkey-request-id',
        'event-id': 'e2',
        'event-time': 't',
      },
    },
    json: { id: 'e2', type: null, time: 't', namespace: null, sameExtensions: true },
  },
  {
    title: 'the context names the function and its limits',
    input: { target: '/context' },
    json: {
      'function-name': 'probe',
      timeout: 30,
      runtime: 'runtime-under-test',
      'memory-limit': '128M',
    },
  },
  {
    title: 'an assigned variable is in the environment',
    input: { target: '/env/ASSIGNED' },
    body: 'a b',
  },
  { title: 'another is not', input: { target: '/env/NOT_ASSIGNED' }, json: null },
]

/** Lines that must be written, each with the id of the request that wrote it. */
export const LOG_CASES: readonly {
  kind: string
  stream: 'stdout' | 'stderr'
  lines: readonly string[]
}[] = [
  { kind: 'stdout', stream: 'stdout', lines: ['a line on stdout'] },
  { kind: 'stderr', stream: 'stderr', lines: ['a line on stderr'] },
  { kind: 'lines', stream: 'stdout', lines: ['first of two', 'second of two'] },
  { kind: 'parts', stream: 'stdout', lines: ['start and end'] },
  { kind: 'later', stream: 'stdout', lines: ['a line after waiting'] },
  { kind: 'unicode', stream: 'stdout', lines: ['řádek 🐎'] },
]
