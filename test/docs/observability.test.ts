import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PUBLIC_ERRORS } from '../../src/domain/errors.ts'
import { ACCESS_LOG_BACKLOG_BYTES, AccessLog } from '../../src/gateway/access-log.ts'
import type { EarlyRefusal, EndedCall } from '../../src/gateway/ended-call.ts'
import { readRequestHead } from '../../src/gateway/request-head.ts'
import { Backlog } from '../../src/lib/backlog.ts'
import { routeOf } from '../gateway/harness.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/observability.md'), 'utf8')

/** All that a call can have. */
const CALL: EndedCall = {
  requestId: 'req_1',
  method: 'GET',
  url: '/',
  httpVersion: '1.1',
  head: readRequestHead([
    ...['Host', 'h', 'User-Agent', 'a', 'Referer', 'r'],
    ...['Traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ]),
  remoteAddress: '192.0.2.1',
  proto: 'http',
  route: routeOf(),
  verdict: 'allowed',
  key: { id: '1', name: 'n', expireMs: null, isAwaited: false },
  status: 500,
  code: 'function_failed',
  isWhole: true,
  bytesReceived: 0,
  bytesSent: 0,
  startedAtMs: 0,
  durationMs: 1,
  gatheredMs: 0,
  queuedMs: 0,
  isCold: false,
  instanceId: 'i',
  callId: 'call_1',
  isTest: true,
}

const REFUSAL: EarlyRefusal = {
  requestId: 'req_2',
  method: undefined,
  url: undefined,
  remoteAddress: '192.0.2.1',
  status: PUBLIC_ERRORS.malformed_request[0],
  code: 'malformed_request',
  bytesSent: 1,
}

function fieldsOf(write: (log: AccessLog) => void): string[] {
  const backlog = new Backlog(ACCESS_LOG_BACKLOG_BYTES).buffer
  let text = ''
  const log = new AccessLog({ withQuery: false, backlog }, (lines) => {
    text += Buffer.from(lines)
  })
  write(log)
  log.flush()
  return Object.keys(JSON.parse(text))
}

const names = (text: string): string[] => [...text.matchAll(/`(\w+)`/g)].map((match) => match[1]!)

describe('the page on the access log', () => {
  it('lists every field that a line can have, and no other', () => {
    const table = page.slice(page.indexOf('| field'), page.indexOf('Requests that were refused'))
    const documented = [...table.matchAll(/^\| ([^|]+) \|/gm)].slice(1).flatMap((m) => names(m[1]!))
    expect(documented.sort()).toEqual(fieldsOf((log) => log.ended(CALL)).sort())
  })

  it('says what is known of a request that could not be read', () => {
    const paragraph = page.slice(page.indexOf('Requests that were refused'))
    const listed = names(paragraph.slice(0, paragraph.indexOf(', and `method`')))
    expect(listed.sort()).toEqual(fieldsOf((log) => log.refusedEarly(REFUSAL)).sort())
  })
})
