import { once } from 'node:events'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { request } from 'node:https'
import { connect as connectPlain, Socket } from 'node:net'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/domain/routes.ts'
import type { TlsMaterial } from '../../src/gateway/certificate-watch.ts'
import { type MadeCertificate, makeCertificate, pairOf } from '../helpers/certificates.ts'
import { answerOf, exchangeRaw, GatewayUnderTest, RawConnection } from './harness.ts'

const MIRROR = `module.exports.handler = ({ extensions: { request } }) => request.headers`

let gateway: GatewayUnderTest
let route: Route
let main: MadeCertificate
let wild: MadeCertificate
let material: TlsMaterial
beforeAll(async () => {
  main = await makeCertificate(['main.test'])
  wild = await makeCertificate(['*.wild.test'])
  material = {
    pairs: [pairOf(main, ['main.test']), pairOf(wild, ['*.wild.test'])],
    minVersion: 'TLSv1.2',
    ticketKeys: Buffer.alloc(48, 7),
  }
  gateway = await GatewayUnderTest.start({
    count: 2,
    tls: material,
  })
  route = await gateway.addRoute()
  await gateway.startInstance(route, { 'handler.js': MIRROR })
})
afterAll(() => gateway[Symbol.asyncDispose]())

function open(options: ConnectionOptions = {}): TLSSocket {
  const { port } = gateway
  return connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options })
}

/** Resolves at the end of a connection, in good order or not; what arrives before is thrown away. */
async function closed(connection: Socket | ClientHttp2Session): Promise<void> {
  connection.on('error', () => {
    // Being cut off is an end too.
  })
  if (connection instanceof Socket) connection.resume()
  await new Promise<void>((resolve) => connection.once('close', () => resolve()))
}

/** The name of the certificate that a caller gets who asks for `servername`. */
async function certificateFor(servername: string | undefined): Promise<string> {
  const socket = open(servername === undefined ? {} : { servername })
  await once(socket, 'secureConnect')
  const name = socket.getPeerCertificate().subject.CN as string
  socket.destroy()
  return name
}

async function get(ca: string, servername: string) {
  const { port } = gateway
  const path = `/${route.label}`
  const req = request({ host: '127.0.0.1', port, path, ca, servername, agent: false })
  req.end()
  return await answerOf(req)
}

describe('the protocol', () => {
  test('is HTTP/1.1, and the function is told that the caller spoke HTTPS', async () => {
    const answer = await get(main.cert, 'main.test')
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.text)).toMatchObject({ 'x-forwarded-proto': 'https' })
  })

  test('is HTTP/2 for callers that offer it', async () => {
    const session = connectHttp2(`https://127.0.0.1:${gateway.port}`, { ca: main.cert })
    const stream = session.request({ ':path': `/${route.label}` })
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const seen = JSON.parse(Buffer.concat(chunks).toString())
    expect(seen).toMatchObject({ 'x-forwarded-proto': 'https', host: `127.0.0.1:${gateway.port}` })
    session.close()
  })

  test('is never older than the setting', async () => {
    const socket = open({
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    const [error] = await once(socket, 'error')
    expect(error.code).toMatch(/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/)
  })

  test('a caller that offers only others is refused in the handshake', async () => {
    const socket = open({ ALPNProtocols: ['spdy/3'] })
    const [error] = await once(socket, 'error')
    expect(error.message).toMatch(/no application protocol/i)
  })
})

describe('the certificate', () => {
  test('is the one for the host that the caller names', async () => {
    expect(await certificateFor('main.test')).toBe('main.test')
    expect(await certificateFor('A.Wild.test')).toBe('*.wild.test')
  })

  test('is the first one for a host that is in none, and for callers that name none', async () => {
    for (const name of ['wild.test', 'a.b.wild.test', 'other.test', undefined]) {
      expect(await certificateFor(name)).toBe('main.test')
    }
  })

  test('a new one is used from the next handshake on, and open connections go on', async () => {
    const renewed = await makeCertificate(['renewed.test'])
    const using = open({ servername: 'main.test' })
    await once(using, 'secureConnect')
    const session = connectHttp2(`https://127.0.0.1:${gateway.port}`, { ca: main.cert })
    await once(session, 'connect')
    gateway.threads.setTls({ ...material, pairs: [pairOf(renewed, ['renewed.test'])] })
    // A thread hears of it in its own time, before whatever it is told later.
    await gateway.change({})
    expect(await certificateFor('main.test')).toBe('renewed.test')

    using.write(`GET /${route.label} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
    const chunks: Buffer[] = []
    for await (const chunk of using) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1.1 200/)
    const stream = session.request({ ':path': `/${route.label}` })
    const [headers] = await once(stream, 'response')
    expect(headers[':status']).toBe(200)
    session.destroy()
    gateway.threads.setTls(material)
    await gateway.change({})
  })

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`a session that one thread began is resumed by any, over ${version}`, async () => {
      let session: Buffer | undefined
      const resumed: boolean[] = []
      for (let i = 0; i < 12; i++) {
        const socket = open({
          servername: 'a.wild.test',
          minVersion: version,
          maxVersion: version,
          ...(session && { session }),
        })
        socket.on('session', (fresh: Buffer) => {
          session = fresh
        })
        socket.once('secureConnect', () => resumed.push(socket.isSessionReused()))
        socket.write(`GET /${route.label} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
        for await (const _ of socket);
      }
      expect(resumed).toEqual([false, ...Array(11).fill(true)])
    })
  }
})

describe('what is no TLS', () => {
  test('plain HTTP is told what this port speaks', async () => {
    const answer = await exchangeRaw(gateway.port, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(answer).toContain('"code":"https_required"')
  })

  test('a caller that says nothing, or half a handshake, is let go after the time for headers', async () => {
    await using other = await GatewayUnderTest.start({
      tls: material,
      limits: { headersTimeoutMs: 1000 },
    })
    using silent = await RawConnection.open(other.port)
    using half = await RawConnection.open(other.port)
    half.send('\x16\x03\x01\x02\x00\x01')
    expect(await silent.all()).toBe('')
    await half.all()
  })

  test('a caller that leaves in the middle of the handshake leaves nothing behind', async () => {
    const socket = connectPlain(gateway.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('\x16\x03\x01\x02\x00\x01', 'latin1')
    socket.resetAndDestroy()
    expect((await get(main.cert, 'main.test')).status).toBe(200)
  })
})

describe('the limits on connections', () => {
  const connectMain = (port: number) =>
    connect({ host: '127.0.0.1', port, ca: main.cert, servername: 'main.test' })

  test('hold with TLS: one too many from an address is closed before its handshake', async () => {
    await using other = await GatewayUnderTest.start({
      tls: material,
      limits: { connectionsPerAddressMax: 1 },
    })
    const first = connectMain(other.port)
    await once(first, 'secureConnect')
    await closed(connectPlain(other.port, '127.0.0.1'))
    first.destroy()
  })

  test('an idle connection makes room for a new one, whatever is spoken on it', async () => {
    await using other = await GatewayUnderTest.start({
      tls: material,
      limits: { connectionsMax: 1 },
    })
    const handshaking = connectPlain(other.port, '127.0.0.1')
    const handshakeEnded = closed(handshaking)
    await once(handshaking, 'connect')
    const http1 = connectMain(other.port)
    const http1Ended = closed(http1)
    await once(http1, 'secureConnect')
    await handshakeEnded
    const session = connectHttp2(`https://127.0.0.1:${other.port}`, { ca: main.cert })
    const sessionEnded = closed(session)
    await once(session, 'connect')
    await http1Ended
    const last = connectMain(other.port)
    await once(last, 'secureConnect')
    await sessionEnded
    last.destroy()
  })

  test('as many requests as a connection may have are answered on it, the last with the end of it', async () => {
    await using other = await GatewayUnderTest.start({
      tls: material,
      limits: { requestsPerConnectionMax: 2 },
    })
    const socket = connectMain(other.port)
    socket.write('GET /a HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(3))
    const answers = Buffer.concat(await socket.toArray()).toString()
    expect(answers.match(/HTTP\/1.1 404/g)).toHaveLength(2)
    expect(answers.match(/^connection: close/gim)).toHaveLength(1)
  })
})

test('a stop does not wait for handshakes and idle connections', async () => {
  await using other = await GatewayUnderTest.start({ tls: material })
  using silent = await RawConnection.open(other.port)
  const session = connectHttp2(`https://127.0.0.1:${other.port}`, { ca: main.cert })
  await once(session, 'connect')
  const idle = connect({ host: '127.0.0.1', port: other.port, ca: main.cert })
  await once(idle, 'secureConnect')
  idle.resume()
  const ends = [once(session, 'close'), once(idle, 'close'), silent.all()]
  await other.threads.stop(60_000)
  await Promise.all(ends)
})
