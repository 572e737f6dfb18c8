import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InstanceConnection } from '../../src/wire/connection.ts'
import { GO_BUILD_TIMEOUT_MS, startGo, WITHOUT_GO } from '../helpers/go.ts'
import type { ShimProcess } from '../helpers/shim.ts'
import { call, startCall } from '../wire/call.ts'

const CODE = readFileSync(new URL('fixtures/go-web/handler.go', import.meta.url), 'utf8')
const MIB = 1024 * 1024

describe.skipIf(WITHOUT_GO !== '')(`an http.Handler${WITHOUT_GO}`, () => {
  let shim: ShimProcess
  let connection: InstanceConnection
  beforeAll(async () => {
    shim = await startGo({ code: CODE })
    connection = await shim.connect()
  }, GO_BUILD_TIMEOUT_MS)
  afterAll(() => shim?.[Symbol.asyncDispose]())

  const text = async (target: string) => (await call(connection, { target })).body.toString()

  test('that writes little answers in one frame with its length', async () => {
    const answer = await call(connection, { target: '/written' })
    expect(answer).toMatchObject({
      outcome: 'ended',
      frames: 1,
      headers: { 'content-length': '7', 'content-type': 'text/plain; charset=utf-8' },
    })
    expect(answer.body.toString()).toBe('one,two')
  })

  test('has its content type found as net/http finds it', async () => {
    const { headers } = await call(connection, { target: '/page' })
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
  })

  test('sends what it flushes at once, and is cancelled when the caller goes', async () => {
    const { stream, firstBytes } = startCall(connection, { target: '/flushed' })
    expect((await firstBytes).toString()).toBe('first')
    stream.cancel('caller-gone')
  })

  test.each([200, 404, 503, 599])('may answer %i', async (code) => {
    expect((await call(connection, { target: `/status?code=${code}` })).status).toBe(code)
  })

  test('keeps the first status that is one', async () => {
    expect((await call(connection, { target: '/twice' })).status).toBe(418)
  })

  test('is not found where its own mux has nothing', async () => {
    expect((await call(connection, { target: '/none' })).status).toBe(404)
  })

  test('gets host, address, length and repeated headers', async () => {
    const answer = await call(connection, {
      method: 'PUT',
      target: '/describe',
      headers: [
        ['host', 'inner.test'],
        ['x-forwarded-host', 'fn.example.test'],
        ['x-forwarded-for', '192.0.2.1'],
        ['x-list', 'a'],
        ['x-list', 'b'],
      ],
      body: 'four',
    })
    expect(answer.body.toString()).toBe('PUT fn.example.test 192.0.2.1:0 4  [a b] HTTP/1.1\n')
  })

  test('begins before its body has ended', async () => {
    const { stream, answer } = startCall(connection, {
      method: 'POST',
      target: '/first-piece',
      isOpen: true,
    })
    stream.write(Buffer.from('first'))
    expect((await answer).body.toString()).toBe('first<nil>')
  })

  test('reads and writes at the same time', async () => {
    const { stream, answer, firstBytes } = startCall(connection, {
      method: 'POST',
      target: '/echo',
      body: 'there,',
      isOpen: true,
    })
    expect((await firstBytes).toString()).toBe('there,')
    stream.write(Buffer.from('and back'))
    stream.end()
    expect((await answer).body.toString()).toBe('there,and back')
  })

  test('may leave its body unread', async () => {
    const answer = await call(connection, {
      method: 'POST',
      target: '/unread',
      body: Buffer.alloc(MIB),
    })
    expect(answer.body.toString()).toBe('without reading')
    expect(await text('/quick')).toBe('quick')
  })

  test('has no body under HEAD, and the length that GET would have', async () => {
    const answer = await call(connection, { method: 'HEAD', target: '/written' })
    expect(answer).toMatchObject({ outcome: 'ended', headers: { 'content-length': '7' } })
    expect(answer.body.length).toBe(0)
  })

  test.each([
    ['/too-much', 'handler-error', 'too much: true'],
    ['/too-little', 'handler-error', 'not as long as'],
    ['/no-content', 'ended', 'no content: true'],
    ['/late', 'ended', 'late: true'],
  ])('%s is told what net/http would tell it', async (target, outcome, line) => {
    expect((await call(connection, { target })).outcome).toBe(outcome)
    await shim.line(line)
  })

  test.each([
    ['timeout', 'The time limit of the function is over. true false'],
    ['caller-gone', 'The caller has gone. false true'],
  ] as const)('learns of %s by its context and why', async (reason, why) => {
    const { stream } = startCall(connection, {
      target: '/until-cancelled',
      headers: { 'latchkey-request-id': `req_${reason}` },
    })
    await shim.line(`req_${reason}\x1fwaiting`)
    stream.cancel(reason)
    await shim.line(`\x1ereq_${reason}\x1fcancelled: ${why}`)
  })

  test('that reads an upload is told when it is cancelled', async () => {
    const { stream } = startCall(connection, { method: 'POST', target: '/upload', isOpen: true })
    await shim.line('reading')
    stream.cancel('caller-gone')
    await shim.line('upload: The caller has gone.')
  })

  test('that panics fails alone, and the log has the stack of its own code', async () => {
    const headers = { 'latchkey-request-id': 'req_panic' }
    expect((await call(connection, { target: '/panic', headers })).outcome).toBe('handler-error')
    await shim.line('\x1ereq_panic\x1fpanic: secret reason')
    const at = await shim.line('handler.go:')
    expect(at.text).toMatch(/^\x1ereq_panic\x1f\s+function\/handler\.go:\d+ /)
    expect(shim.lines.every(({ text }) => !text.includes('/usr/local'))).toBe(true)
  })

  test.each([
    ['/abort', 'handler-error'],
    ['/goexit', 'handler-error'],
  ])('that ends by %s fails alone', async (target, outcome) => {
    expect((await call(connection, { target })).outcome).toBe(outcome)
    expect(await text('/quick')).toBe('quick')
  })

  test('gives log lines its id where it passes the context on, and writes whole lines', async () => {
    const headers = { 'latchkey-request-id': 'req_log' }
    await call(connection, { target: '/log', headers })
    expect((await shim.line('with context')).text).toMatch(
      /^\x1ereq_log\x1ftime=\S+ level=INFO msg="with context" key=value$/,
    )
    expect((await shim.line('in a group')).text).toMatch(
      /^\x1ereq_log\x1f.* level=WARN msg="in a group" a=1 g\.b=2$/,
    )
    expect((await shim.line('without context')).text).toMatch(/^time=\S+ level=INFO/)
    expect((await shim.line('from the log package')).text).toMatch(/^\d{4}\/\d\d\/\d\d [\d:]+ from/)
    expect((await shim.line('plain')).text).toBe('plain')
    expect((await shim.line('unfinished')).text).toBe('\x1ereq_log\x1funfinished')
  })

  test('takes and gives a large body as it is, and its memory stays flat', async () => {
    const body = Buffer.alloc(64 * MIB)
    for (let i = 0; i < body.length; i += 97) body[i] = i & 255
    const answer = await call(connection, { method: 'POST', target: '/digest', body })
    expect(answer.body.toString()).toBe(`${body.length} ${hash('sha256', body)} <nil>`)
    const filled = await call(connection, { target: `/fill?n=${64 * MIB}` })
    expect(filled.body.length).toBe(64 * MIB)
    expect(peakMemoryMib(shim.child.pid!)).toBeLessThan(48)
  })
})

function peakMemoryMib(pid: number): number {
  if (process.platform !== 'linux') return 0
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line![1]) / 1024
}
