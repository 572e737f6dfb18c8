import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, type PublicError, problemOf } from '../domain/errors.ts'
import { newRequestId } from '../lib/ids.ts'
import type { Idempotency } from './idempotency.ts'
import { PROBLEM_TYPE, problemFrom, refusalOf, sendProblem } from './problem.ts'

/** Answers everything that is thrown on the way of a request. */
export function answerErrors(app: FastifyInstance, idempotency: Idempotency): void {
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = refusalOf(error)
    if (refusal.code === 'internal_error') request.log.error({ err: error }, 'the request failed')
    await remember(idempotency, request, refusal)
    const { retryAfterSeconds } = refusal
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
    return sendProblem(reply, problemFrom(refusal, request.id))
  })
}

async function remember(
  idempotency: Idempotency,
  request: FastifyRequest,
  refusal: PublicError,
): Promise<void> {
  try {
    await idempotency.rememberRefusal(request, refusal)
  } catch (err) {
    // The refusal is true whether or not it could be kept for a repeat.
    request.log.error({ err }, 'a refusal could not be remembered')
  }
}

/** Answers what the framework refuses before it has a route, such as a URL that cannot be decoded. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.header('x-request-id', request.id)
  sendProblem(reply, problemFrom(refusalOf(error), request.id))
}

const CLIENT_ERRORS: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** Answers what is not HTTP. There is no request yet, so the answer is written by hand. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  // Without a handshake nothing can be said on a connection with TLS.
  const isUnsecured = (socket as { secureConnecting?: boolean }).secureConnecting === true
  if (error.code === 'ECONNRESET' || !socket.writable || isUnsecured) {
    socket.destroy()
    return
  }
  const id = newRequestId()
  const problem = problemOf(CLIENT_ERRORS[error.code ?? ''] ?? 'malformed_request', id)
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title.replaceAll(/[^ -~]/g, '')}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
