import { once } from 'node:events'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type MadeCertificate, makeCertificate, writePair } from '../helpers/certificates.ts'
import { cleanUp, launch, startServer, type TestServer } from '../helpers/server.ts'

const EXIT_REFUSED = 78

let folder: string
let files: { certPath: string; keyPath: string }
let made: MadeCertificate
let server: TestServer | undefined
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lk-tls-'))
  files = { certPath: join(folder, 'tls.crt'), keyPath: join(folder, 'tls.key') }
  made = await makeCertificate(['localhost'])
  writePair(made, files)
})
afterAll(async () => {
  await cleanUp(server)
  rmSync(folder, { recursive: true })
})

const env = () => ({ LATCHKEY_TLS_CERT: files.certPath, LATCHKEY_TLS_KEY: files.keyPath })

async function statusOf(options: RequestOptions): Promise<number> {
  const req = request({ host: '127.0.0.1', ca: made.cert, ...options })
  req.end()
  const [res] = await once(req, 'response')
  res.resume()
  return res.statusCode
}

async function serialNumber(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { serialNumber } = socket.getPeerCertificate()
  socket.destroy()
  return serialNumber
}

describe('a server with a certificate', () => {
  test('serves functions by HTTPS, also under a renewed certificate, and shows its key to nobody', async () => {
    server = await startServer({ env: env() })
    expect(server.gatewayUrl).toMatch(/^https:/)
    const { port } = new URL(server.gatewayUrl)
    expect(await statusOf({ port, path: '/', servername: 'localhost' })).toBe(404)

    const before = await serialNumber(Number(port))
    const renewed = await makeCertificate(['localhost'])
    const beside = { certPath: `${files.certPath}.new`, keyPath: `${files.keyPath}.new` }
    writePair(renewed, beside)
    renameSync(beside.keyPath, files.keyPath)
    renameSync(beside.certPath, files.certPath)
    while ((await serialNumber(Number(port))) === before) await wait(50)

    for (const { key } of [made, renewed]) {
      const line = key.split('\n')[1]!
      expect(server.stdout() + server.stderr()).not.toContain(line)
    }
    expect(server.stderr()).toContain('certificate is in use')
  })

  test('has one for the REST API of its own', async () => {
    const api = { certPath: join(folder, 'api.crt'), keyPath: join(folder, 'api.key') }
    writePair(made, api)
    const own = { LATCHKEY_API_TLS_CERT: api.certPath, LATCHKEY_API_TLS_KEY: api.keyPath }
    const other = await startServer({ env: own })
    try {
      expect([other.apiUrl.slice(0, 6), other.gatewayUrl.slice(0, 6)]).toEqual(['https:', 'http:/'])
      const { port } = new URL(other.apiUrl)
      expect(await statusOf({ port, path: '/healthz', agent: false })).toBe(200)
      const before = await serialNumber(Number(port))
      writePair(await makeCertificate(['localhost']), api)
      while ((await serialNumber(Number(port))) === before) await wait(50)
    } finally {
      await cleanUp(other)
    }
  })

  test('refuses to start with one that cannot be used, and says why', async () => {
    const broken = { certPath: join(folder, 'broken.crt'), keyPath: join(folder, 'broken.key') }
    writePair(made, broken)
    writeFileSync(broken.keyPath, readFileSync(broken.certPath))
    const refused = launch({
      env: { LATCHKEY_TLS_CERT: broken.certPath, LATCHKEY_TLS_KEY: broken.keyPath },
    })
    const [code] = await once(refused.process, 'exit')
    expect(code).toBe(EXIT_REFUSED)
    expect(refused.stderr()).toBe(`${broken.keyPath} holds no private key in PEM form.\n`)
    rmSync(refused.dataDir, { recursive: true, force: true })
  })
})
