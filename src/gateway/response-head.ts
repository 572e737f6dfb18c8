import { ALLOW_ANY_ORIGIN, EXPOSE_REQUEST_ID } from './cors.ts'

export interface FunctionAnswer {
  readonly status: number
  /** `[name, value, name, value, ...]` as the instance sent them: checked, names in lower case. */
  readonly headers: readonly string[]
  /** The length of the body when all of it is here. */
  readonly knownLength: number | undefined
}

export interface ResponseHead {
  /** `[name, value, name, value, ...]` for the caller. */
  readonly fields: string[]
  /** Whether an answer of this status to this method may have a body at all. */
  readonly bodyAllowed: boolean
}

/**
 * The head for the caller. The wire has refused headers of the hop and a Content-Length that does not
 * hold; what is left to say is the request's id, who may read it, and the length where it is known.
 */
export function responseHead(
  answer: FunctionAnswer,
  request: { readonly method: string; readonly requestId: string; readonly crossOrigin: boolean },
): ResponseHead {
  const { status, headers, knownLength } = answer
  const fields: string[] = []
  let allowsOrigin = !request.crossOrigin
  let exposes = !request.crossOrigin
  let declaredLength: string | undefined
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!
    const value = headers[i + 1]!
    if (name === 'content-length') declaredLength = value
    // One id, the same in the log and in the answer.
    else if (name !== 'x-request-id') {
      if (name === ALLOW_ANY_ORIGIN[0]) allowsOrigin = true
      else if (name === EXPOSE_REQUEST_ID[0]) exposes = true
      fields.push(name, value)
    }
  }
  if (!allowsOrigin) fields.push(...ALLOW_ANY_ORIGIN)
  if (!exposes) fields.push(...EXPOSE_REQUEST_ID)
  fields.push('x-request-id', request.requestId)
  const bodyAllowed = status !== 204 && status !== 304 && request.method !== 'HEAD'
  const length = bodyAllowed
    ? (knownLength ?? declaredLength)
    : lengthWithoutBody(status, declaredLength, knownLength)
  if (length !== undefined) fields.push('content-length', String(length))
  return { fields, bodyAllowed }
}

/** An answer without a body may say how long it would have been, which only the function knows. */
function lengthWithoutBody(
  status: number,
  declared: string | undefined,
  known: number | undefined,
): string | number | undefined {
  if (status === 204) return undefined
  return declared ?? (known === 0 ? undefined : known)
}
