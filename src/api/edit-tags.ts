import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ChangeContext } from '../control/requests.ts'
import { PublicError } from '../domain/errors.ts'

/* ETag and If-Match: RFC 9110, 8.8.3 and 13.1.1. */

const ENTITY_TAG = /[ \t]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(,|$)/y
const HEADER_CHARS_MAX = 4096

export function tellEditTag(reply: FastifyReply, editTag: string): void {
  reply.header('etag', `"${editTag}"`)
}

/** What the client wants the change to be bound to, as part of the change's context. */
export function boundTo(request: FastifyRequest): Pick<ChangeContext, 'onlyIf'> {
  const header = request.headers['if-match']
  if (header === undefined || header.trim() === '*') return {}
  return { onlyIf: parseTags(header) ?? refuse() }
}

/** The strong tags of a list; weak ones match nothing. Undefined when it is no such list. */
function parseTags(header: string): string[] | undefined {
  if (header.length > HEADER_CHARS_MAX) return
  const tags: string[] = []
  ENTITY_TAG.lastIndex = 0
  for (;;) {
    const match = ENTITY_TAG.exec(header)
    if (match === null) return
    const [, weak, tag, separator] = match
    if (weak === undefined) tags.push(tag!)
    if (separator === '') return tags
  }
}

function refuse(): never {
  const message = 'must be "*" or a list of entity tags in quotes'
  const detail = `A header is not valid: if-match ${message}.`
  throw new PublicError('invalid_parameter', detail, [{ field: 'if-match', message }])
}
