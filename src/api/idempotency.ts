import { createHmac, hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Control } from '../control/control.ts'
import type { ChangeContext, RememberedAnswer } from '../control/requests.ts'
import { operatorOf } from '../domain/audit.ts'
import { PublicError } from '../domain/errors.ts'
import { parseAuthorization } from '../domain/token.ts'
import { actorOf } from './auth.ts'
import { PROBLEM_TYPE, problemFrom } from './problem.ts'
import { tellPropagation } from './propagation.ts'
import { sessionSecretOf } from './session-cookie.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on requests without an Idempotency-Key. */
    idempotent: IdempotentRequest | null
  }
}

interface IdempotentRequest {
  readonly key: string
  readonly fingerprint: string
}

export const REPLAYED_HEADER = 'idempotency-replayed'
export const SECRET_NOTICE = 'The secret was shown once, in the first answer to this request.'

const CHANGING_METHODS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const KEY_EXPRESSION = /^[\x21-\x7e]{1,255}$/
/** Members of bodies that nobody may learn of. */
const SECRET_MEMBERS = ['secret_envs', 'password', 'old_password', 'new_password']
/** Not answers to the request itself, or of a moment only, so a repeat must not be bound to them. */
const NOT_REMEMBERED: ReadonlySet<string> = new Set([
  'unauthorized',
  'invalid_idempotency_key',
  'idempotency_in_progress',
  'idempotency_mismatch',
  'too_many_tests',
])

/**
 * Repeats answer as the first did:
 *
 *   parsed body -> replay: the remembered answer, or on
 *               -> schema, route -> change: remembered in its own transaction
 *               -> refused       -> rememberRefusal
 */
export class Idempotency {
  readonly #useCases: Control['idempotency']
  /**
   * Requests of this process whose change is under way. Their answers are remembered when they commit,
   * which is before the gateways have confirmed; a repeat in between must not be told that all is done.
   */
  readonly #underWay = new Set<string>()

  constructor(useCases: Control['idempotency']) {
    this.#useCases = useCases
  }

  /** A preValidation hook: the body is parsed, its schema not yet asked. */
  async replay(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const header = request.headers['idempotency-key']
    if (header === undefined || !CHANGING_METHODS.has(request.method)) return
    // Whoever logs in is nobody yet.
    if (request.principal === null) return
    const idempotent = { key: validKey(header), fingerprint: fingerprintOf(request) }
    const operator = operatorOf(actorOf(request))
    const first = await this.#useCases.find(operator, idempotent.key, idempotent.fingerprint)
    // Asked after the answer was looked up: the first request may have begun and committed meanwhile.
    if (this.#underWay.has(entryOf(operator, idempotent.key))) {
      throw new PublicError('idempotency_in_progress')
    }
    if (first !== undefined) {
      if (first.status < 400) tellPropagation(reply, await this.#useCases.settled())
      return sendReplay(reply, first, request.id)
    }
    request.idempotent = idempotent
    return
  }

  /**
   * Runs a use case that changes something. `answer` makes the answer that repeats get, from what the
   * use case returns: without secrets, and inside its transaction.
   */
  async change<T, R>(
    request: FastifyRequest,
    answer: (value: T) => RememberedAnswer,
    useCase: (context: ChangeContext) => Promise<R>,
  ): Promise<R> {
    const { idempotent } = request
    const actor = actorOf(request)
    if (idempotent === null) return await useCase({ actor })
    const entry = entryOf(operatorOf(actor), idempotent.key)
    if (this.#underWay.has(entry)) throw new PublicError('idempotency_in_progress')
    this.#underWay.add(entry)
    try {
      const render = (value: unknown) => answer(value as T)
      return await useCase({ actor, idempotency: { ...idempotent, render } })
    } finally {
      this.#underWay.delete(entry)
    }
  }

  async rememberRefusal(request: FastifyRequest, refusal: PublicError): Promise<void> {
    const { idempotent } = request
    if (idempotent === null || refusal.status >= 500 || NOT_REMEMBERED.has(refusal.code)) return
    await this.#useCases.rememberRefusal(
      operatorOf(actorOf(request)),
      idempotent.key,
      idempotent.fingerprint,
      { status: refusal.status, body: problemFrom(refusal, request.id) },
    )
  }
}

function validKey(header: string | string[]): string {
  if (typeof header === 'string' && KEY_EXPRESSION.test(header)) return header
  const detail = 'The Idempotency-Key must be 1 to 255 visible ASCII characters.'
  throw new PublicError('invalid_idempotency_key', detail)
}

function entryOf(operator: string, key: string): string {
  return `${operator} ${key}`
}

function fingerprintOf(request: FastifyRequest): string {
  const { body, headers } = request
  const ifMatch = headers['if-match']
  const bound = ifMatch === undefined ? '' : `\nif-match: ${ifMatch}`
  const identity = `${request.method} ${request.url}${bound}\n${canonicalJson(body)}`
  const hasSecrets =
    typeof body === 'object' && body !== null && SECRET_MEMBERS.some((name) => name in body)
  if (!hasSecrets) return hash('sha256', identity, 'hex')
  // From a plain digest of the rest of the body a short secret could be guessed.
  const token = parseAuthorization(headers.authorization ?? '')
  return createHmac('sha256', token?.secret ?? sessionSecretOf(request) ?? '')
    .update(identity)
    .digest('hex')
}

/** The same text for the same value, whatever the order of its members. */
function canonicalJson(value: unknown): string {
  const sorted = (_name: string, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member
  return JSON.stringify(value, sorted) ?? ''
}

function sendReplay(reply: FastifyReply, first: RememberedAnswer, requestId: string) {
  reply.header(REPLAYED_HEADER, 'true').code(first.status)
  if (first.status === 204) return reply.send()
  if (first.status < 400) return reply.send(first.body)
  // The repeat is a request of its own: what it is told to quote must be found in the log as its own.
  const problem = { ...(first.body as object), request_id: requestId }
  return reply.type(PROBLEM_TYPE).send(problem)
}
