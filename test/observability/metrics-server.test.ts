import { afterEach, describe, expect, it } from 'vitest'
import type { ExpositionFormat } from '../../src/observability/exposition.ts'
import { type MetricsServer, startMetricsServer } from '../../src/observability/metrics-server.ts'
import { exchangeRaw } from '../gateway/harness.ts'

let server: MetricsServer | undefined
afterEach(() => server?.close())

async function start(
  scrape: (format: ExpositionFormat) => Promise<string> = async (format) => `${format}\n`,
) {
  const errors: unknown[] = []
  server = await startMetricsServer({
    faults: async () => [],
    host: '127.0.0.1',
    port: 0,
    scrape: async (format) => ({ contentType: `text/${format}`, body: await scrape(format) }),
    onError: (error) => errors.push(error),
  })
  const { port } = server
  return { errors, port, url: `http://127.0.0.1:${port}` }
}

describe('the metrics port', () => {
  it('answers /metrics and leads to it from /', async () => {
    const { url } = await start()
    const answer = await fetch(`${url}/metrics?x=1`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/text')
    expect(await answer.text()).toBe('text\n')
    expect(await (await fetch(url)).text()).toContain('href="/metrics"')
  })

  it('answers a HEAD without a body', async () => {
    const { url } = await start()
    const answer = await fetch(`${url}/metrics`, { method: 'HEAD' })
    expect(answer.headers.get('content-length')).toBe('5')
    expect(await answer.text()).toBe('')
  })

  it('has nothing else', async () => {
    const { url } = await start()
    expect((await fetch(`${url}/other`)).status).toBe(404)
    const post = await fetch(`${url}/metrics`, { method: 'POST' })
    expect(post.status).toBe(405)
    expect(post.headers.get('allow')).toBe('GET, HEAD')
  })

  it.each([
    ['', 'text'],
    ['*/*', 'text'],
    ['text/plain', 'text'],
    ['application/openmetrics-text', 'openmetrics'],
    [
      'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'openmetrics',
    ],
    ['text/plain;q=0.9, application/openmetrics-text;q=0.3', 'text'],
  ])('for %j tells %s', async (accept, format) => {
    const { url } = await start()
    const answer = await fetch(`${url}/metrics`, { headers: { accept } })
    expect(await answer.text()).toBe(`${format}\n`)
  })

  it('gathers once for all who ask at a time', async () => {
    const gate = Promise.withResolvers<void>()
    let scrapes = 0
    const { url } = await start(async () => {
      scrapes += 1
      await gate.promise
      return `scrape ${scrapes}\n`
    })
    const three = [1, 2, 3].map(() => fetch(`${url}/metrics`))
    await expect.poll(() => scrapes).toBe(1)
    // Behind the others on its way, so that they have asked too when it is answered.
    await fetch(url)
    gate.resolve()
    const texts = await Promise.all((await Promise.all(three)).map((answer) => answer.text()))
    expect(texts[0]).toBe('scrape 1\n')
    expect(scrapes).toBeLessThanOrEqual(3)
    expect(await (await fetch(`${url}/metrics`)).text()).toBe(`scrape ${scrapes}\n`)
  })

  it('answers 500 and tells of it when nothing can be gathered', async () => {
    const { url, errors } = await start(async () => {
      throw new Error('planted')
    })
    const answer = await fetch(`${url}/metrics`)
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('planted')
    expect(errors).toHaveLength(1)
  })

  it('answers several requests that come in one piece, and what is no HTTP with 400', async () => {
    const { port } = await start()
    const request = 'GET /metrics HTTP/1.1\r\nhost: x\r\n'
    const text = await exchangeRaw(port, `${request}\r\n${request}connection: close\r\n\r\n`)
    expect(text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2)
    expect(await exchangeRaw(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /)
  })

  it('says when its port is in use', async () => {
    const { port } = await start()
    const again = startMetricsServer({
      faults: async () => [],
      host: '127.0.0.1',
      port,
      scrape: async () => ({ contentType: 'text/plain', body: '' }),
      onError: () => {},
    })
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
