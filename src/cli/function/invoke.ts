import { isUtf8 } from 'node:buffer'
import { STATUS_CODES } from 'node:http'
import { unreachable } from '../../client/errors.ts'
import type { FunctionSerializer } from '../../client/types.ts'
import { type FunctionName, formatFunctionName } from '../../domain/names.ts'
import { Failure, usage } from '../failure.ts'
import type { ApiFlags } from '../options.ts'
import { note, printChunk, printLine } from '../output.ts'
import { canAsk, readSecret } from '../prompt.ts'
import { openSession } from '../session.ts'
import { visible } from '../visible.ts'
import { readInput } from './files.ts'

export interface InvokeFlags extends ApiFlags {
  readonly method?: string
  readonly path: string
  readonly data?: string
  readonly dataFile?: string
  readonly header?: readonly string[]
  readonly keyEnv: string
}

/** Larger bodies are not looked into for their content type. */
const SNIFFED_BYTES_MAX = 1024 * 1024
const NEWLINE = 10
const METHOD = /^[A-Za-z!#$%&'*+.^_`|~-]+$/

export async function invokeFunction(name: FunctionName, flags: InvokeFlags): Promise<void> {
  const method = methodOf(flags)
  const headers = headersOf(flags.header ?? [])
  const body = await bodyOf(flags)
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) {
    throw usage(`A ${method} request cannot have a body.`, 'Give another --method, or no data.')
  }
  const { client, scope } = openSession(flags)
  const fn = await client.functions.get(scope, name)
  const url = endpointUrl(fn.endpoint, flags.path)
  const key = await findKey(name, fn, flags)
  if (key !== '') headers.set('x-api-key', key)
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', sniff(body))
  const response = await call(url, { method, headers, body: body ?? null, redirect: 'manual' })
  report(response, flags, fn, key)
}

async function call(url: URL, init: RequestInit): Promise<Response> {
  const startedMs = performance.now()
  try {
    const response = await fetch(url, init)
    if (init.method !== 'HEAD') await printBody(response)
    note(`${statusLine(response)}, ${Math.round(performance.now() - startedMs)} ms`)
    return response
  } catch (error) {
    throw unreachable(url.origin, init.method !== 'GET', error)
  }
}

/** As it is; on a terminal what comes next begins a line of its own. */
async function printBody(response: Response): Promise<void> {
  let last: number | undefined
  for await (const chunk of response.body ?? []) {
    await printChunk(chunk)
    last = chunk.at(-1) ?? last
  }
  if (process.stdout.isTTY && last !== undefined && last !== NEWLINE) printLine('')
}

function report(response: Response, flags: InvokeFlags, fn: FunctionSerializer, key: string): void {
  if (response.status < 400) return
  const wantsKey = response.status === 401 && fn.enable_api_key === true
  const requestId = response.headers.get('x-request-id')
  throw new Failure(
    'failed',
    `The function answered ${statusLine(response)}${requestId === null ? '' : ` (request id ${requestId})`}.`,
    wantsKey
      ? `${key === '' ? `Set ${flags.keyEnv} to` : `See that ${flags.keyEnv} holds`} a key that opens it; \`latchkey key list\` shows which do.`
      : undefined,
  )
}

function statusLine(response: Response): string {
  return visible(`${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim())
}

function methodOf(flags: InvokeFlags): string {
  const hasBody = flags.data !== undefined || flags.dataFile !== undefined
  const method = flags.method ?? (hasBody ? 'POST' : 'GET')
  if (!METHOD.test(method)) throw usage('--method must be an HTTP method.')
  return method.toUpperCase()
}

function headersOf(lines: readonly string[]): Headers {
  const headers = new Headers()
  for (const line of lines) {
    const [name, ...rest] = line.split(':')
    if (name!.trim().toLowerCase() === 'x-api-key') {
      throw usage(
        'A key must not stand on the command line, where other users of the machine can read it.',
        'Put it into the environment variable LATCHKEY_KEY.',
      )
    }
    try {
      headers.append(name!.trim(), rest.join(':').trim())
    } catch {
      // The runtime's own message would repeat the value, which may be a secret.
      throw usage('--header must have the form "Name: value".')
    }
    if (rest.length === 0) throw usage('--header must have the form "Name: value".')
  }
  return headers
}

async function bodyOf(flags: InvokeFlags): Promise<Buffer<ArrayBuffer> | undefined> {
  if (flags.data === '-') return Buffer.from(await readInput('-', '--data'))
  if (flags.data !== undefined) return Buffer.from(flags.data)
  if (flags.dataFile === undefined) return undefined
  return Buffer.from(await readInput(flags.dataFile, '--data-file'))
}

/** The path goes below the endpoint and nowhere else: the key must not reach another host or function. */
function endpointUrl(endpoint: string, path: string): URL {
  if (!URL.canParse(endpoint)) {
    throw new Failure('failed', `The server names an endpoint that is no URL: ${endpoint}.`)
  }
  const base = new URL(endpoint)
  const prefix = base.pathname.replace(/\/+$/, '')
  const url = new URL(`${base.origin}${prefix}${path.startsWith('/') ? '' : '/'}${path}`)
  if (prefix !== '' && url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) {
    throw usage('--path must not lead out of the endpoint.')
  }
  return url
}

async function findKey(
  name: FunctionName,
  fn: FunctionSerializer,
  flags: InvokeFlags,
): Promise<string> {
  let key = (process.env[flags.keyEnv] ?? '').trim()
  const takesStdin = flags.data === '-' || flags.dataFile === '-'
  if (key === '' && fn.enable_api_key === true && canAsk() && !takesStdin) {
    key = await readSecret(`Key for ${formatFunctionName(name)} (empty for none): `)
  }
  if (/^[\x21-\x7e]*$/.test(key)) return key
  throw usage(`What ${flags.keyEnv} holds is no key: it has characters that no header may have.`)
}

function sniff(body: Buffer): string {
  if (!isUtf8(body)) return 'application/octet-stream'
  if (body.length > SNIFFED_BYTES_MAX) return 'text/plain; charset=utf-8'
  try {
    JSON.parse(body.toString())
    return 'application/json'
  } catch {
    // Text that is not JSON is as good as any.
    return 'text/plain; charset=utf-8'
  }
}
