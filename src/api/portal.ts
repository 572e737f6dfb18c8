import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PublicError } from '../domain/errors.ts'

const HOME = '/portal/'
/** Stands in the built page where each answer gets a nonce of its own. */
const NONCE_MARK = '__CSP_NONCE__'
const NONCE_BYTES = 16

/**
 * What the build makes: hashed files in one folder, a few beside the page. A path of this form is a file or
 * nothing; every other one is a page, whose names have no dot at the top level.
 */
const FILE = /^(?:assets\/[\w-][\w.-]*|[\w-][\w.-]*\.\w+)$/
/** What is sent instead of a file has the file's name and an ending, and is not asked for itself. */
const COMPRESSED = /\.(?:br|gz)$/
const ODD_PART = /(?:^|[/\\])(?:\.|[/\\])|[\0%]/

const HEADERS = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The portal is not built · Latchkey</title>
<h1>The portal is not built</h1>
<p>Run <code>npm run build</code> in Latchkey's folder, then load this page again. <code>npm start</code> does both.</p>
<p>The REST API and the command line do without: <a href="/docs">the API's pages</a>.</p>
</html>
`

/** Serves the built portal below `/portal/`. It has no secrets: what it shows, it asks the API for. */
export function servePortal(app: FastifyInstance, folder: string): void {
  app.register((below, _options, done) => {
    below.register(staticFiles, {
      root: folder,
      serve: false,
      preCompressed: true,
      suppressWarning: true,
      cacheControl: false,
      // A part of a compressed file is of no use to anybody.
      acceptRanges: false,
      // Of what is sent alone: a file that is missing may be there after the next build.
      setHeaders: (reply, path) => {
        reply.header('cache-control', cachingOf(relative(folder, path)))
      },
    })
    const options = { schema: { hide: true } }
    below.get('/', options, (_request, reply) => toHome(reply, ''))
    // The framework takes both spellings for one route.
    below.get('/portal', options, async (request, reply) => {
      const [path, query] = request.url.split('?', 2)
      if (path !== HOME) return toHome(reply, query === undefined ? '' : `?${query}`)
      return sendPage(reply, folder)
    })
    below.get('/portal/*', options, (request, reply) => answer(request, reply, folder))
    done()
  })
}

function toHome(reply: FastifyReply, query: string): FastifyReply {
  return reply.header('cache-control', 'no-cache').redirect(HOME + query, 302)
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  folder: string,
): Promise<FastifyReply> {
  const { '*': path } = request.params as { '*': string }
  if (ODD_PART.test(path) || COMPRESSED.test(path)) throw notFound()
  const isFile = /^assets(?:\/|$)/.test(path) || FILE.test(path)
  if (!isFile || path === 'index.html') return sendPage(reply, folder)
  if (!FILE.test(path)) throw notFound()
  return reply.headers(HEADERS).sendFile(path)
}

/** The name of a hashed file changes with what is in it. */
function cachingOf(path: string): string {
  return /^assets[/\\]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache'
}

/** The one page that there is; what it shows is decided in it, by the address. */
async function sendPage(reply: FastifyReply, folder: string): Promise<FastifyReply> {
  const page = await readPage(folder)
  const nonce = randomBytes(NONCE_BYTES).toString('base64url')
  reply
    .headers(HEADERS)
    .header('content-security-policy', policy(nonce))
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
  if (page === undefined) return reply.code(503).send(NOT_BUILT)
  return reply.send(page.replaceAll(NONCE_MARK, nonce))
}

/** Read each time, so that a build is served as soon as it is there; undefined when there is none. */
async function readPage(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, 'index.html'), 'utf8')
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined
    throw error
  }
}

/** Nothing from elsewhere, nothing to elsewhere, no script in the page; style elements only with the nonce. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function notFound(): PublicError {
  return new PublicError('not_found', 'There is no such path.')
}
