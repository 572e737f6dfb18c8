import { isUtf8 } from 'node:buffer'
import type { TestInput, TestView } from '../control/tests-control.ts'
import { PublicError } from '../domain/errors.ts'
import type { TestAnswerWire, TestFunctionBody } from './schemas/tests.ts'

const BASE64 = /^(?:[0-9A-Za-z+/]{4})*(?:[0-9A-Za-z+/]{2}(?:==)?|[0-9A-Za-z+/]{3}=?)?$/

export function testInputOf(asked: TestFunctionBody): TestInput {
  const { method = 'GET', path = '/', headers = [], body = '', body_encoding, key } = asked
  if (body_encoding === 'base64' && !BASE64.test(body)) {
    throw new PublicError('invalid_body', 'The request body is not valid: body must be Base64.', [
      { field: 'body', message: 'must be Base64' },
    ])
  }
  const bytes =
    body === '' ? null : Buffer.from(body, body_encoding === 'base64' ? 'base64' : 'utf8')
  return { method, path, headers, body: bytes, key: key ?? null }
}

export function testWire(view: TestView): TestAnswerWire {
  const isTruncated = view.bodyBytes > view.body.byteLength
  const { headers } = view
  return {
    status: view.status,
    headers: headers.flatMap((name, i) => (i % 2 === 0 ? [{ name, value: headers[i + 1]! }] : [])),
    ...bodyWire(Buffer.from(view.body), isTruncated),
    body_bytes: view.bodyBytes,
    body_truncated: isTruncated,
    whole: view.isWhole,
    request_id: view.requestId,
    code: view.code ?? null,
    verdict: view.verdict ?? null,
    cold: view.isCold,
    duration_ms: tenths(view.durationMs),
    queued_ms: tenths(view.queuedMs),
    first_byte_ms: view.firstByteMs === undefined ? null : tenths(view.firstByteMs),
    instance: view.instanceId ?? null,
    version_number: view.versionNumber,
  }
}

/** As text where it is one. */
function bodyWire(body: Buffer, isTruncated: boolean) {
  const text = isTruncated ? body.subarray(0, endOfCharacters(body)) : body
  const isText = isUtf8(text) && !text.includes(0)
  return isText
    ? { body: text.toString('utf8'), body_encoding: 'text' as const }
    : { body: body.toString('base64'), body_encoding: 'base64' as const }
}

/** Without the beginning of a character whose rest was cut off. */
function endOfCharacters(body: Buffer): number {
  let at = body.length - 1
  while (at > body.length - 4 && at > 0 && (body[at]! & 0xc0) === 0x80) at -= 1
  const lead = body[at] ?? 0
  const bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  return at + bytes > body.length ? at : body.length
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}
