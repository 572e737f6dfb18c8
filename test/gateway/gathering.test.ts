import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import { FRAME_TYPES, PAYLOAD_BYTES_MAX } from '../../src/wire/constants.ts'
import { FrameDecoder } from '../../src/wire/decode.ts'
import { encodeFrame, encodeHeadPayload } from '../../src/wire/encode.ts'
import {
  exchangeRaw,
  GatewayUnderTest,
  RawConnection,
  type RunningInstance,
  routeOf,
  until,
  versionOf,
} from './harness.ts'

const SMALL_MAX = 1000
const SLOTS = 2
const CODE = `
let waiting = []
const acts = {
  '/wait': () => new Promise((resolve) => waiting.push(resolve)),
  '/go': () => { for (const resolve of waiting) resolve('went'); waiting = []; return 'ok' },
}
module.exports.handler = (event) =>
  (acts[event.extensions.request.path] ?? (({ data }) => 'got ' + data))(event)
`
const FILES = { 'handler.js': CODE }

let gateway: GatewayUnderTest
beforeAll(async () => {
  gateway = await GatewayUnderTest.start({
    limits: { repeatBytesMax: SMALL_MAX, requestTimeoutMs: 20_000, stallTimeoutMs: 2000 },
  })
})
afterAll(() => gateway[Symbol.asyncDispose]())

async function deploy(overrides: Partial<Route> = {}) {
  const route = await gateway.addRoute(overrides)
  const instance = await gateway.startInstance(route, FILES, SLOTS)
  return { route, instance }
}
const post = (route: Route, headers: string, path = '') =>
  `POST /${route.label}${path} HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\n${headers}\r\n\r\n`

/** A caller whose body of 8 bytes is waited for. */
async function begin(route: Route, headers = '', path = ''): Promise<RawConnection> {
  const connection = await RawConnection.open(gateway.port)
  connection.send(post(route, `${headers}Expect: 100-continue\r\nContent-Length: 8`, path))
  await connection.until('100 Continue\r\n\r\n')
  connection.received = ''
  return connection
}

describe('while a small body is on its way', () => {
  test('its caller holds no slot, however many they are', async () => {
    const { route, instance } = await deploy()
    const slow = await Promise.all(Array.from({ length: 20 * SLOTS }, () => begin(route)))
    for (const connection of slow) connection.send('half')
    expect(
      await exchangeRaw(gateway.port, post(route, 'Connection: close\r\nContent-Length: 0')),
    ).toMatch(/^HTTP\/1.1 200 OK/)
    expect(gateway.slots.inFlight(instance.slot)).toBe(0)
    for (const connection of slow) connection.send('+end')
    for (const connection of slow) {
      await connection.until('got half+end')
      connection.socket.destroy()
    }
  })

  test('its function may read a larger one, or one in chunks', async () => {
    const { route, instance } = await deploy()
    for (const headers of [`Content-Length: ${SMALL_MAX + 1}`, 'Transfer-Encoding: chunked']) {
      using connection = await RawConnection.open(gateway.port)
      connection.send(post(route, headers))
      await gateway.inFlight(instance, 1)
    }
    await gateway.inFlight(instance, 0)
  })

  test('its key can be revoked: 401, and the connection goes on', async () => {
    const { route, instance } = await deploy({ requiresKey: true })
    const { secret, key } = await gateway.addKey([route.functionId])
    using connection = await begin(route, `X-API-Key: ${secret}\r\n`)
    connection.send('half')
    await gateway.change({ removedKeyIds: [key.keyId] })
    connection.send('+end')
    expect(await connection.until('}')).toMatch(/^HTTP\/1.1 401 .*"key_required"/s)
    expect(instance.shim.begunId()).toBe(0)
    connection.received = ''
    connection.send(post(route, 'Content-Length: 0'))
    await connection.until('HTTP/1.1 401')
  })

  test('its key can expire', async () => {
    const { route } = await deploy({ requiresKey: true })
    const { secret, key } = await gateway.addKey([route.functionId], { expireMs: Date.now() + 500 })
    using connection = await begin(route, `X-API-Key: ${secret}\r\n`)
    await until(() => Date.now() > key.expireMs!)
    connection.send('half+end')
    await connection.until('HTTP/1.1 401')
  })

  test('a key that opens nothing is refused before anything is asked for', async () => {
    const { route } = await deploy({ requiresKey: true })
    using connection = await RawConnection.open(gateway.port)
    connection.send(post(route, 'Expect: 100-continue\r\nContent-Length: 8'))
    expect(await connection.until('}')).toMatch(/^HTTP\/1.1 401 /)
  })

  test('its function can get a new version, take less, or go', async () => {
    const { route } = await deploy()
    const [renewed, shrunk, removed] = [await begin(route), await begin(route), await begin(route)]
    const next = { ...route, version: versionOf('next') }
    await gateway.change({ routes: [next] })
    const instance = await gateway.startInstance(next, FILES)
    renewed.send('half+end')
    await renewed.until('got half+end')
    expect(instance.shim.begunId()).toBe(1)
    await gateway.change({ routes: [{ ...next, bodyBytesMax: 7 }] })
    shrunk.send('half+end')
    await shrunk.until('HTTP/1.1 413')
    await gateway.change({ removedFunctionIds: [route.functionId] })
    removed.send('half+end')
    await removed.until('HTTP/1.1 404')
    for (const connection of [renewed, shrunk, removed]) connection.socket.destroy()
  })

  test('its caller can leave, and the function hears nothing of it', async () => {
    const { route, instance } = await deploy()
    const connection = await begin(route)
    connection.send('half')
    connection.socket.destroy()
    const short = await begin(route)
    short.send('half')
    short.socket.end()
    expect(await short.all()).toMatch(/^HTTP\/1.1 400 /)
    using whole = await begin(route)
    whole.send('half+end')
    await whole.until('got half+end')
    expect(instance.shim.begunId()).toBe(1)
  })

  test('a caller who sends nothing more is answered 408 in the end', async () => {
    const { route, instance } = await deploy({ timeoutMs: 500 })
    using connection = await begin(route)
    connection.send('half')
    expect(await connection.all()).toMatch(/^HTTP\/1.1 408 .*"request_timeout"/s)
    expect(instance.shim.begunId()).toBe(0)
  })

  test('what comes behind it is the next request', async () => {
    const { route } = await deploy()
    using connection = await begin(route)
    connection.send(`half+end${post(route, 'Content-Length: 4')}next`)
    expect(await connection.until('got next')).toMatch(/got half\+end.*got next/s)
  })
})

test('a body of single bytes arrives as it was sent', async () => {
  const { route } = await deploy()
  using connection = await RawConnection.open(gateway.port)
  connection.socket.setNoDelay()
  const body = Array.from({ length: SMALL_MAX }, (_, i) => String(i % 10)).join('')
  connection.send(post(route, `Content-Length: ${SMALL_MAX}`))
  for (const byte of body) {
    await new Promise((resolve) => connection.socket.write(byte, resolve))
  }
  await connection.until(`got ${body}`)
})

test('a body that was waited for goes to another instance when the first dies', async () => {
  const { route, instance } = await deploy()
  using held = await begin(route, '', '/wait')
  held.send('half+end')
  await until(() => instance.shim.begunId() === 1)
  instance.shim.child.kill('SIGSTOP')
  using connection = await begin(route)
  connection.send('half+end')
  await gateway.inFlight(instance, 2)
  instance.shim.child.kill('SIGKILL')
  await held.until('502')
  await gateway.startInstance(route, FILES, SLOTS)
  await connection.until('got half+end')
})

test('a body that is waited for when the server stops can still come, within the grace', async () => {
  const own = await GatewayUnderTest.start()
  try {
    const route = await own.addRoute()
    await own.startInstance(route, FILES)
    const open = async () => {
      const connection = await RawConnection.open(own.port)
      connection.send(post(route, 'Expect: 100-continue\r\nContent-Length: 8'))
      await connection.until('100 Continue\r\n\r\n')
      return connection
    }
    const [quick, slow] = [await open(), await open()]
    const stopped = own.threads.stop(1000)
    quick.send('half+end')
    expect(await quick.all()).toMatch(/connection: close.*got half\+end$/is)
    slow.send('half')
    expect(await slow.all()).toMatch(/HTTP\/1.1 503 .*"shutting_down"/s)
    await stopped
  } finally {
    await own[Symbol.asyncDispose]()
  }
})

/** An instance in the test's hands: it answers every request, and shows the frames that it was sent. */
async function startSeeing() {
  const folder = await mkdtemp(join(tmpdir(), 'lk-seen-'))
  const socketPath = join(folder, 'i.sock')
  const frames: { type: number; end: boolean; text: string }[] = []
  const server = createServer((socket) => {
    const decoder = new FrameDecoder(PAYLOAD_BYTES_MAX, (type, flags, id, bytes, start, end) => {
      if (type === FRAME_TYPES.HELLO) return true
      const isEnd = (flags & 1) === 1
      frames.push({ type, end: isEnd, text: bytes.toString('latin1', start, end) })
      const answer = encodeHeadPayload('200')
      if (isEnd) socket.write(encodeFrame(FRAME_TYPES.RESPONSE, 1, id, answer))
      return true
    })
    socket.on('data', (chunk: Buffer) => decoder.push(chunk))
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const route = routeOf()
  await gateway.change({ routes: [route] })
  gateway.slots.open(60)
  const shim = { socketPath } as RunningInstance['shim']
  gateway.announce(route, { id: 'seeing', slot: 60, shim }, SLOTS)
  return {
    route,
    frames,
    async [Symbol.asyncDispose]() {
      gateway.send({ type: 'instance-down', instanceId: 'seeing', begunId: 0 })
      server.close()
      await rm(folder, { recursive: true })
    },
  }
}

test('a head and its small body travel in one frame, however they come', async () => {
  await using seeing = await startSeeing()
  using connection = await RawConnection.open(gateway.port)
  const head = post(seeing.route, 'Content-Length: 8')
  for (const pieces of [[`${head}half+end`], [head, 'half+end'], [`${head}half`, '+end']]) {
    seeing.frames.length = 0
    connection.received = ''
    for (const piece of pieces) {
      connection.send(piece)
      // Answered when the piece has been read, so that the next one is not read with it.
      await exchangeRaw(gateway.port, 'GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n')
    }
    await connection.until('200 OK')
    expect(seeing.frames).toMatchObject([{ type: FRAME_TYPES.REQUEST, end: true }])
    expect(seeing.frames[0]!.text).toMatch(/half\+end$/)
  }
})
