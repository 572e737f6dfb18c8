import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApi, type TestApi } from './api-harness.ts'

const PAGE =
  '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__"><script nonce="__CSP_NONCE__" type="module" src="/portal/assets/main-Ab12.js"></script>'
const SCRIPT = 'console.log("the portal")\n'.repeat(50)
const ASSET = '/portal/assets/main-Ab12.js'

const folder = mkdtempSync(join(tmpdir(), 'lk-portal-'))
const built = join(folder, 'portal')
let api: TestApi
let port: number
const answered: (readonly [route: string, status: number])[] = []

beforeAll(async () => {
  mkdirSync(join(built, 'assets'), { recursive: true })
  mkdirSync(join(built, '.vite'))
  writeFileSync(join(folder, 'secret.txt'), 'a secret')
  writeFileSync(join(built, 'index.html'), PAGE)
  writeFileSync(join(built, 'latchkey.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(join(built, '.vite/manifest.json'), '{}')
  writeFileSync(join(built, 'assets/main-Ab12.js'), SCRIPT)
  writeFileSync(join(built, 'assets/main-Ab12.js.br'), brotliCompressSync(SCRIPT))
  writeFileSync(join(built, 'assets/main-Ab12.js.gz'), gzipSync(SCRIPT))
  const onAnswered = (_method: string, route: string, status: number) =>
    void answered.push([route, status])
  api = await startApi({ portalDir: built, onAnswered })
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  port = (api.app.server.address() as { port: number }).port
})
afterAll(async () => {
  await api.close()
  rmSync(folder, { recursive: true })
})

function get(url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') {
  return api.app.inject({ method, url, headers })
}

/** As it is written, which no client of ours would send. */
async function rawly(target: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  socket.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  await once(socket, 'close')
  return text
}

describe('the page of the portal', () => {
  it.each([
    '/portal/',
    '/portal/sign-in',
    '/portal/p/1/1/api-keys?status=active',
    '/portal/p/1/1/api-keys/v1.2',
    '/portal/p/1/1/functions/shop/price/code',
    '/portal/index.html',
  ])('is at %s', async (url) => {
    const { statusCode, headers, body } = await get(url)
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toMatch(/^<!doctype html>/)
  })

  it('has a nonce of its own each time, the same in the page and in its policy', async () => {
    const nonces: (string | undefined)[] = []
    for (const _ of [1, 2]) {
      const { headers, body } = await get('/portal/')
      const policy = String(headers['content-security-policy'])
      const nonce = /'nonce-([\w-]{22})'/.exec(policy)?.[1]
      expect(body).not.toContain('__CSP_NONCE__')
      expect(body.match(/nonce="([^"]+)"/g)).toEqual(Array(2).fill(`nonce="${nonce}"`))
      nonces.push(nonce)
    }
    expect(nonces[0]).not.toBe(nonces[1])
  })

  it('lets nothing in and nothing out, and no script but files of its own', async () => {
    const { headers } = await get('/portal/')
    const policy = String(headers['content-security-policy']).replace(/nonce-[\w-]+/, 'nonce-…')
    expect(policy).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-…'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['permissions-policy']).toContain('camera=()')
  })

  it('is where the bare addresses lead', async () => {
    for (const [url, place] of [
      ['/', '/portal/'],
      ['/portal', '/portal/'],
      ['/portal?a=b', '/portal/?a=b'],
    ]) {
      const { statusCode, headers } = await get(url!)
      expect([url, statusCode, headers.location]).toEqual([url, 302, place])
    }
  })

  it('answers HEAD as GET, without a body, and no other method', async () => {
    for (const url of ['/portal/', '/portal/p/1/1/api-keys', ASSET]) {
      const { statusCode, headers, body } = await get(url, {}, 'HEAD')
      expect([statusCode, body]).toEqual([200, ''])
      expect(Number(headers['content-length'])).toBeGreaterThan(50)
      const refused = await api.app.inject({ method: 'POST', url })
      expect(refused.statusCode).toBe(405)
      expect(refused.headers.allow).toBe('GET, HEAD')
      expect(refused.json().code).toBe('method_not_allowed')
    }
  })
})

describe('a file of the portal', () => {
  it.each([
    ['br', (body: Buffer) => brotliDecompressSync(body)],
    ['gzip', (body: Buffer) => gunzipSync(body)],
  ])('comes compressed by %s', async (encoding, open) => {
    const { headers, rawPayload } = await get(ASSET, { 'accept-encoding': encoding })
    expect(headers['content-encoding']).toBe(encoding)
    expect(headers['content-type']).toMatch(/^(text|application)\/javascript; charset=utf-8$/)
    expect(headers.vary).toBe('accept-encoding')
    expect(String(open(rawPayload))).toBe(SCRIPT)
  })

  it('comes as it is to who takes nothing else', async () => {
    const { headers, body } = await get(ASSET)
    expect(headers['content-encoding']).toBe(undefined)
    expect(headers.vary).toBe('accept-encoding')
    expect(body).toBe(SCRIPT)
  })

  it('is kept for ever when its name has its hash, else asked for again', async () => {
    expect((await get(ASSET)).headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await get('/portal/latchkey.svg')).headers['cache-control']).toBe('no-cache')
  })

  it('is 304 to who has it', async () => {
    for (const encoding of ['br', 'gzip', 'identity']) {
      const first = await get(ASSET, { 'accept-encoding': encoding })
      const { etag, 'last-modified': since } = first.headers
      for (const condition of [{ 'if-none-match': etag }, { 'if-modified-since': since }]) {
        const headers = { 'accept-encoding': encoding, ...condition } as Record<string, string>
        const again = await get(ASSET, headers)
        expect([again.statusCode, again.body]).toEqual([304, ''])
      }
    }
    const { statusCode } = await get(ASSET, { 'if-none-match': '"other"' })
    expect(statusCode).toBe(200)
  })

  it.each([
    'bytes=0-0',
    'bytes=5-1',
    'bytes=999999999-',
    'bytes=-',
    'bytes=0-1,0-1,0-1,0-1',
    `bytes=${'9'.repeat(400)}-`,
    'lines=1-2',
  ])('is sent whole to who asks for the range %s', async (range) => {
    const { statusCode, body } = await get(ASSET, { range })
    expect([statusCode, body]).toEqual([200, SCRIPT])
  })

  it.each([
    '/portal/assets/main-gone.js',
    '/portal/assets/',
    '/portal/assets',
    '/portal/assets/deep/main.js',
    '/portal/favicon.ico',
    '/portal/assets/main-Ab12.js.br',
    '/portal/assets/main-Ab12.js.gz',
  ])('that is not there is a 404: %s', async (url) => {
    const { statusCode, headers, body } = await get(url)
    expect(statusCode).toBe(404)
    expect(headers['content-type']).toMatch(/^application\/problem\+json/)
    // It may be there after the next build; a browser that kept this would not ask.
    expect(headers['cache-control']).toBe('no-store')
    expect(JSON.parse(body).code).toBe('not_found')
  })
})

describe('what is not the portal', () => {
  it.each([
    '/portal/../secret.txt',
    '/portal/../../secret.txt',
    '/portal/assets/../../secret.txt',
    '/portal/%2e%2e/secret.txt',
    '/portal/..%2fsecret.txt',
    '/portal/%2e%2e%2fsecret.txt',
    '/portal/assets/..%2f..%2fsecret.txt',
    '/portal/..%5csecret.txt',
    '/portal/..\\secret.txt',
    '/portal/%252e%252e%252fsecret.txt',
    '/portal//secret.txt',
    '/portal/%2fsecret.txt',
    '/portal/./latchkey.svg',
    '/portal/.vite/manifest.json',
    '/portal/%2evite/manifest.json',
    '/portal/latchkey.svg%00.html',
    '/portal/%c0%ae%c0%ae/secret.txt',
    '/portal/%',
    '//portal/../secret.txt',
    '/portal/secret.txt',
  ])('is not given away: %s', async (target) => {
    const answer = await rawly(target)
    expect(answer).not.toContain('a secret')
    expect(answer).not.toContain('<svg')
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404) /)
  })

  it('keeps its answers', async () => {
    for (const url of ['/nothing', '/portals', '/cloud', '/iam/nothing', '/portalx/']) {
      const { statusCode, headers } = await get(url)
      expect([url, statusCode]).toEqual([url, 404])
      expect(headers['content-type']).toMatch(/^application\/problem\+json/)
      expect(headers['content-security-policy']).toBe(undefined)
    }
    expect((await get('/cloud/v1/projects')).statusCode).toBe(401)
    expect((await get('/healthz')).json()).toEqual({ status: 'ok' })
    expect((await get('/docs/static/swagger-ui.css')).statusCode).toBe(200)
    expect((await get('/docs/static/nothing.js')).statusCode).toBe(404)
    const { paths } = (await get('/openapi.json')).json()
    expect(
      Object.keys(paths).filter((path) => !/^\/(cloud|iam|healthz|readyz)/.test(path)),
    ).toEqual([])
  })

  it('has few routes for those who count', async () => {
    answered.length = 0
    for (let n = 0; n < 20; n++) await get(`/portal/p/1/1/api-keys/key-${n}`)
    for (let n = 0; n < 20; n++) await get(`/portal/assets/gone-${n}.js`)
    await get('/')
    expect(new Set(answered.map(([route]) => route))).toEqual(new Set(['/portal/*', '/', '']))
  })
})

describe('a portal that is not there', () => {
  it('says how to build it, and is there as soon as it is built', async () => {
    const later = join(folder, 'later')
    const other = await startApi({ portalDir: later })
    const { statusCode, headers, body } = await other.app.inject({ url: '/portal/p/1/1/api-keys' })
    expect(statusCode).toBe(503)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(body).toContain('npm run build')
    expect((await other.app.inject({ url: '/portal/assets/x.js' })).statusCode).toBe(404)
    expect((await other.app.inject({ url: '/cloud/v1/projects' })).statusCode).toBe(401)
    mkdirSync(join(later, 'assets'), { recursive: true })
    writeFileSync(join(later, 'index.html'), PAGE)
    writeFileSync(join(later, 'assets/x.js'), SCRIPT)
    expect((await other.app.inject({ url: '/portal/' })).statusCode).toBe(200)
    expect((await other.app.inject({ url: '/portal/assets/x.js' })).body).toBe(SCRIPT)
    await other.close()
  })

  it('is like any other path when it is switched off', async () => {
    const other = await startApi({ portalDir: null })
    for (const url of ['/', '/portal', '/portal/', '/portal/sign-in']) {
      const { statusCode, headers } = await other.app.inject({ url })
      expect(statusCode).toBe(404)
      expect(headers['content-type']).toMatch(/^application\/problem\+json/)
    }
    await other.close()
  })
})
