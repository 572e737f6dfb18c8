import { ALLOW_ANY_ORIGIN, exposedHeaders } from './cors.ts'
import { KEY_EXPIRES } from './key-expiry.ts'

export interface FunctionAnswer {
  readonly status: number
  /** `[name, value, name, value, ...]` as the instance sent them: checked, names in lower case. */
  readonly headers: readonly string[]
  /** The length of the body when all of it is here. */
  readonly knownLength: number | undefined
}

/** What of the request its answer depends on. */
export interface AnsweredRequest {
  readonly method: string
  readonly requestId: string
  readonly crossOrigin: boolean
  /** When the secret ends that the caller has used, if that is soon. */
  readonly keyExpires: string | undefined
}

export interface ResponseHead {
  /** `[name, value, name, value, ...]` for the caller. */
  readonly fields: string[]
  /** Whether an answer of this status to this method may have a body at all. */
  readonly bodyAllowed: boolean
}

const OWN_PREFIX = 'latchkey-'

/**
 * The head for the caller. The wire has refused headers of the hop and a Content-Length that does not
 * hold; what is left to say is the request's id, who may read it, when the key ends, and the length where it
 * is known. What begins with `latchkey-` is the gateway's own word, in answers as in requests.
 */
export function responseHead(answer: FunctionAnswer, request: AnsweredRequest): ResponseHead {
  const { status, headers, knownLength } = answer
  const { keyExpires } = request
  const exposed = exposedHeaders(keyExpires !== undefined)
  const fields: string[] = []
  let allowsOrigin = !request.crossOrigin
  let exposes = !request.crossOrigin
  let declaredLength: string | undefined
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!
    const value = headers[i + 1]!
    if (name === 'content-length') declaredLength = value
    // One id, the same in the log and in the answer.
    else if (name !== 'x-request-id' && !name.startsWith(OWN_PREFIX)) {
      if (name === ALLOW_ANY_ORIGIN[0]) allowsOrigin = true
      else if (name === exposed[0]) exposes = true
      fields.push(name, value)
    }
  }
  if (!allowsOrigin) fields.push(...ALLOW_ANY_ORIGIN)
  if (!exposes) fields.push(...exposed)
  fields.push('x-request-id', request.requestId)
  if (keyExpires !== undefined) fields.push(KEY_EXPIRES, keyExpires)
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
