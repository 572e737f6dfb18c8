import type { ErrorObject } from 'ajv'
import type { FastifyError, FastifyReply } from 'fastify'
import { type ErrorCode, type Problem, PublicError, problemOf } from '../domain/errors.ts'
import { fieldErrors, sentenceOf } from './field-errors.ts'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** What the framework refuses by itself, by its error codes. */
const FRAMEWORK_ERRORS: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_BAD_URL: 'malformed_request',
}

/** The refusal that an exception stands for. Whatever is not known to be one is an internal error. */
export function refusalOf(error: unknown): PublicError {
  if (error instanceof PublicError) return error
  const known = error as Partial<FastifyError>
  if (known.validation !== undefined) return validationRefusal(known)
  const code = FRAMEWORK_ERRORS[known.code ?? '']
  if (code !== undefined) return new PublicError(code)
  const status = known.statusCode ?? 500
  if (status === 404) return new PublicError('not_found')
  return new PublicError(status >= 400 && status < 500 ? 'malformed_request' : 'internal_error')
}

export function problemFrom(refusal: PublicError, requestId: string): Problem {
  return problemOf(refusal.code, requestId, refusal.message, refusal.fields)
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) reply.header('www-authenticate', 'apikey realm="latchkey"')
  // Also what is not there may be there a moment later.
  reply.header('cache-control', 'no-store')
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problem)
}

function validationRefusal(error: Partial<FastifyError>): PublicError {
  const fields = fieldErrors(error.validation as unknown as ErrorObject[])
  return error.validationContext === 'body'
    ? new PublicError('invalid_body', sentenceOf(fields, 'The request body'), fields)
    : new PublicError('invalid_parameter', sentenceOf(fields, 'The request'), fields)
}
