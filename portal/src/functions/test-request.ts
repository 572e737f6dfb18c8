import type {
  TestBodyEncodingChoices,
  TestFunctionSerializer,
  TestMethodChoices,
} from '../../../src/client/types.ts'

/** What the form of a test holds. */
export interface TestDraft {
  readonly method: TestMethodChoices
  readonly path: string
  readonly headers: readonly HeaderRow[]
  readonly contentType: string
  readonly body: string
  /** Whether the body is `file`, not `body`; what is in the other is kept. */
  readonly sendsFile: boolean
  readonly file: BodyFile | null
  /** Of the file; empty for none. */
  readonly fileType: string
  /** The name of a key; null for none. */
  readonly key: string | null
}

/** A file that was chosen as the body of a request. */
export interface BodyFile {
  readonly source: File
  readonly base64: string
}

export interface HeaderRow {
  /** For React alone. */
  readonly id: number
  readonly name: string
  readonly value: string
}

export const METHODS: readonly TestMethodChoices[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]
/** In the place of a type, when the request has none. */
const NO_TYPE = 'none'
export const CONTENT_TYPES = [
  { value: 'application/json', label: 'JSON' },
  { value: 'text/plain; charset=utf-8', label: 'Plain text' },
  { value: 'application/x-www-form-urlencoded', label: 'Form fields' },
  { value: 'application/xml', label: 'XML' },
  { value: NO_TYPE, label: 'No content type' },
]

export const FIRST_DRAFT: TestDraft = {
  method: 'GET',
  path: '/',
  headers: [],
  contentType: 'application/json',
  body: '',
  sendsFile: false,
  file: null,
  fileType: '',
  key: null,
}

/** Requests of these methods have no body worth the name. */
export function takesBody(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

/** What is sent: rows without a name are left out, and what no URL holds is escaped. */
export function requestOf(draft: TestDraft) {
  const rows = draft.headers.filter(({ name, value }) => name.trim() !== '' || value !== '')
  const headers = rows.map(({ name, value }) => ({ name: name.trim(), value }))
  const { type, ...body } = bodyOf(draft)
  const hasType = headers.some(({ name }) => name.toLowerCase() === 'content-type')
  if (body.body !== '' && !hasType && type !== '') {
    headers.push({ name: 'content-type', value: type })
  }
  return {
    method: draft.method,
    path: pathOf(draft.path),
    headers,
    ...body,
    key: draft.key,
  } satisfies TestFunctionSerializer
}

function bodyOf({ method, sendsFile, file, fileType, body, contentType }: TestDraft) {
  const encoding = { body_encoding: 'text' as TestBodyEncodingChoices }
  if (!takesBody(method)) return { ...encoding, body: '', type: '' }
  if (sendsFile) {
    return { body_encoding: 'base64' as const, body: file?.base64 ?? '', type: fileType.trim() }
  }
  return { ...encoding, body, type: contentType === NO_TYPE ? '' : contentType }
}

/** The name of the file that was sent; undefined when the body was text or none. */
export function sentFileOf({ method, sendsFile, file }: TestDraft): string | undefined {
  return takesBody(method) && sendsFile && file !== null && file.base64 !== ''
    ? file.source.name
    : undefined
}

export type TestRequest = ReturnType<typeof requestOf>

/** Which rows of the form the headers of the request came from, by place. */
export function rowIds(draft: TestDraft): number[] {
  return draft.headers
    .filter(({ name, value }) => name.trim() !== '' || value !== '')
    .map(({ id }) => id)
}

export function pathOf(typed: string): string {
  const path = typed.trim().toWellFormed()
  const escaped = path.replace(/[^\x21\x22\x24-\x7e]/gu, (sign) => encodeURIComponent(sign))
  return escaped.startsWith('/') ? escaped : `/${escaped}`
}

/** The same call from a shell; the secret is in a variable there, and a body that is a file is read from it. */
export function curlOf(
  endpoint: string,
  request: Omit<TestRequest, 'body_encoding'>,
  fileName?: string,
): string {
  const { method, path, headers, body, key } = request
  const parts = [`curl -i${methodOption(method, body)} ${quoted(endpoint + path)}`]
  // Otherwise curl would resolve dots and the gateway see another path.
  if (/\/\.{1,2}(?:[/?]|$)/.test(path)) parts.push('--path-as-is')
  if (key !== null) parts.push(`-H "X-API-Key: $LATCHKEY_API_KEY"`)
  for (const { name, value } of headers) {
    // A header without a value ends with a semicolon there.
    parts.push(`-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`)
  }
  const hasType = headers.some(({ name }) => name.toLowerCase() === 'content-type')
  if (body !== '' && !hasType) parts.push(`-H ${quoted('Content-Type:')}`)
  if (body !== '') parts.push(dataOption(body, fileName))
  return parts.join(' \\\n  ')
}

function methodOption(method: string, body: string): string {
  if (method === 'HEAD') return ' --head'
  return method === (body === '' ? 'GET' : 'POST') ? '' : ` -X ${method}`
}

/** The shell's own tool takes what begins with an `@` for a file's name. */
function dataOption(body: string, fileName: string | undefined): string {
  if (fileName !== undefined) return `--data-binary ${quoted(`@${fileName}`)}`
  return `${body.startsWith('@') ? '--data-raw' : '--data-binary'} ${quoted(body)}`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
