import type { Caller } from './forwarded.ts'
import type { KeyIdentity } from './key-table.ts'
import type { RequestHead } from './request-head.ts'

export interface ForwardedRequest {
  readonly method: string
  /** Path and query as the function shall see them. */
  readonly target: string
  readonly head: RequestHead
  readonly requestId: string
  /** Undefined when the caller was let in without a key. */
  readonly key: KeyIdentity | undefined
  readonly caller: Caller
}

/** The head of a REQUEST frame: method, target, the request's id, then names and values, joined by newlines. */
export function forwardHead(request: ForwardedRequest): string {
  const { method, target, head, requestId, key, caller } = request
  let text = `${method}\n${target}\nlatchkey-request-id\n${requestId}${head.fields}`
  if (key !== undefined) text += `\nlatchkey-key-id\n${key.id}\nlatchkey-key-name\n${key.name}`
  return text + caller.fields
}
