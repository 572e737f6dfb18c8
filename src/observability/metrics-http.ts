import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from '../lib/http.ts'
import type { Exposition, ExpositionFormat } from './exposition.ts'

export type Scrape = (format: ExpositionFormat) => Promise<Exposition>

/** What keeps the node from being ready; empty when it is. */
export type Faults = () => Promise<readonly string[]>

const PAGE =
  '<!doctype html><html lang="en"><title>Latchkey</title><p><a href="/metrics">Metrics</a>, <a href="/readyz">readiness</a></p></html>\n'
const HEADERS = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }
/** A scraper that is silent for longer has gone. */
const IDLE_MS = 60_000

/** Answers `/metrics`, `/readyz`, and `/` with links to both. Does not listen: it is given its connections. */
export function createMetricsHttp(
  scrape: Scrape,
  faults: Faults,
  onError: (error: unknown) => void,
): Server {
  const underWay = new Map<ExpositionFormat, Promise<Exposition>>()

  /** Who asks while an answer is being made gets the same one. */
  function shared(format: ExpositionFormat): Promise<Exposition> {
    const running = underWay.get(format) ?? scrape(format).finally(() => underWay.delete(format))
    underWay.set(format, running)
    return running
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = req.url?.split('?', 1)[0]
    if (path !== '/' && path !== '/metrics' && path !== '/readyz') {
      return plain(res, 404, 'Not found: see /metrics.\n')
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('allow', 'GET, HEAD')
      return plain(res, 405, 'Only GET and HEAD.\n')
    }
    if (path === '/readyz') return await readyz(res)
    if (path === '/') return respond(res, 200, 'text/html; charset=utf-8', PAGE)
    const { contentType, body } = await shared(formatFor(req.headers.accept))
    respond(res, 200, contentType, body)
  }

  async function readyz(res: ServerResponse): Promise<void> {
    const missing = await faults()
    const isReady = missing.length === 0
    const body = { status: isReady ? 'ready' : 'not ready', message: missing.join(' ') }
    respond(res, isReady ? 200 : 503, 'application/json', `${JSON.stringify(body)}\n`)
  }

  const server = createServer((req, res) => {
    answer(req, res).catch((error) => {
      onError(error)
      plain(res, 500, 'The metrics could not be gathered; the log has the reason.\n')
    })
  })
  server.timeout = IDLE_MS
  server.keepAliveTimeout = IDLE_MS
  return server
}

function plain(res: ServerResponse, status: number, text: string): void {
  respond(res, status, 'text/plain; charset=utf-8', text)
}

function respond(res: ServerResponse, status: number, contentType: string, body: string): void {
  const length = Buffer.byteLength(body)
  res.writeHead(status, { ...HEADERS, 'content-type': contentType, 'content-length': length })
  res.end(body)
}

/** OpenMetrics for who asks for it and does not like plain text better. */
function formatFor(accept = ''): ExpositionFormat {
  return weightOf(accept, 'application/openmetrics-text') > weightOf(accept, 'text/plain')
    ? 'openmetrics'
    : 'text'
}

function weightOf(accept: string, type: string): number {
  for (const part of accept.split(',')) {
    const [name, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    if (name !== type) continue
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0
  }
  return 0
}
