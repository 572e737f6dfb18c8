import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PublicError } from '../domain/errors.ts'

interface KnownPath {
  readonly expression: RegExp
  readonly methods: Set<string>
}

/** Answers paths that no route takes: 405 with `Allow` when another method would do, else 404. */
export function refuseUnknownPaths(app: FastifyInstance): void {
  const paths = new Map<string, KnownPath>()
  app.addHook('onRoute', ({ url, method }) => {
    const path = paths.get(url) ?? { expression: pathExpression(url), methods: new Set() }
    for (const one of [method].flat()) path.methods.add(one)
    paths.set(url, path)
  })
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0]!
    const known = [...paths.values()].find(({ expression }) => expression.test(path))
    // A route may take many paths and have nothing for this one.
    if (known === undefined || known.methods.has(request.method)) {
      throw new PublicError('not_found', 'There is no such path.')
    }
    const allowed = [...known.methods].sort().join(', ')
    reply.header('allow', allowed)
    throw new PublicError('method_not_allowed', `This path answers to ${allowed} only.`)
  })
}

/** `/tasks/:task_id` as an expression. */
function pathExpression(url: string): RegExp {
  const pattern = url
    .split('/')
    .map((part) =>
      part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.').replace('*', '.*'),
    )
    .join('/')
  return new RegExp(`^${pattern}/?$`)
}
