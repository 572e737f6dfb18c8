import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FRAME_TYPES } from '../../src/wire/constants.ts'
import { ControlChannel } from '../../src/wire/control-channel.ts'
import { FrameDecoder } from '../../src/wire/decode.ts'
import { encodeFrame } from '../../src/wire/encode.ts'

const ASSIGNMENT = {
  socketPath: '/run/i.sock',
  folder: '/artifacts/a',
  entry: 'h.js',
  method: 'handler',
  envs: { GREETING: 'ahoj ž' },
  function: {
    name: 'hello',
    namespace: 'demo',
    runtime: 'nodejs26',
    timeoutSeconds: 5,
    memoryLimitMb: 128,
  },
}

let home: string
let shim: Socket
let channel: ControlChannel
let events: string[]
let closed: Promise<void>

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'lk-control-'))
  const server = createServer().listen(join(home, 's'))
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  shim = connect(join(home, 's'))
  const [socket] = (await accepted) as [Socket]
  server.close()
  events = []
  const { promise, resolve } = Promise.withResolvers<void>()
  closed = promise
  channel = new ControlChannel(socket, {
    onReady: () => events.push('ready'),
    onPong: () => events.push('pong'),
    onRetire: (message) => events.push(`retire ${message}`),
    onFailed: (message) => events.push(`failed ${message}`),
    onClose: () => {
      events.push('closed')
      resolve()
    },
  })
})
afterEach(async () => {
  shim.destroy()
  await closed
  rmSync(home, { recursive: true, force: true })
})

describe('the control channel', () => {
  test('carries an assignment, longer than one chunk, and the stop', async () => {
    const assignment = { ...ASSIGNMENT, envs: { LONG: 'ž'.repeat(500_000) } }
    const seen: unknown[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    const decoder = new FrameDecoder(1 << 22, (type, _flags, id, bytes, start, end) => {
      seen.push([type, id, end > start ? JSON.parse(bytes.toString('utf8', start, end)) : null])
      if (type === FRAME_TYPES.STOP) resolve()
      return true
    })
    shim.on('data', (chunk: Buffer) => decoder.push(chunk))
    channel.assign(assignment)
    channel.stop()
    await promise
    expect(seen).toEqual([
      [FRAME_TYPES.ASSIGN, 0, assignment],
      [FRAME_TYPES.STOP, 0, null],
    ])
  })

  test('refuses an assignment that no frame can carry', () => {
    const envs = { LONG: 'x'.repeat(2 * 1024 * 1024) }
    expect(() => channel.assign({ ...ASSIGNMENT, envs })).toThrow(RangeError)
  })

  test.each([
    ['READY', '{"protocol":1}', ['ready']],
    ['READY', '{"protocol":2}', ['failed The shim speaks protocol 2.']],
    ['FAILED', '{"message":"no handler"}', ['failed no handler']],
  ] as const)('hears %s %s', async (type, json, expected) => {
    shim.end(encodeFrame(FRAME_TYPES[type], 0, 0, Buffer.from(json)))
    await closed
    expect(events).toEqual([...expected, 'closed'])
  })

  test('cuts a reason that is too long', async () => {
    const message = 'x'.repeat(100_000)
    shim.end(encodeFrame(FRAME_TYPES.FAILED, 0, 0, Buffer.from(JSON.stringify({ message }))))
    await closed
    expect(events[0]!.length).toBeLessThan(10_000)
  })

  test.each([
    ['no JSON', encodeFrame(FRAME_TYPES.READY, 0, 0, Buffer.from('{'))],
    ['JSON that is no object', encodeFrame(FRAME_TYPES.READY, 0, 0, Buffer.from('null'))],
    [
      'a reason that is no text',
      encodeFrame(FRAME_TYPES.FAILED, 0, 0, Buffer.from('{"message":1}')),
    ],
    ['a type of the request sockets', encodeFrame(FRAME_TYPES.CREDIT, 0, 0, Buffer.from('{}'))],
    ['a PONG that says something', encodeFrame(FRAME_TYPES.PONG, 0, 0, Buffer.from('{}'))],
    ['a RETIRE without a reason', encodeFrame(FRAME_TYPES.RETIRE, 0, 0, Buffer.from('{}'))],
    ['a payload over the limit', Buffer.from('ffffffff110000000000', 'hex')],
  ])('closes on %s', async (_what, bytes) => {
    shim.write(bytes)
    await closed
    expect(events).toEqual(['closed'])
  })
})
