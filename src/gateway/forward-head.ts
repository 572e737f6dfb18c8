import type { KeyIdentity } from './authenticate.ts'
import type { RequestHead } from './request-head.ts'

export interface ForwardedRequest {
  readonly method: string
  /** Path and query as the function shall see them. */
  readonly target: string
  readonly head: RequestHead
  readonly requestId: string
  /** Undefined when the caller was let in without a key. */
  readonly key: KeyIdentity | undefined
  /** The address at the other end of the socket. */
  readonly remoteAddress: string | undefined
}

/** The head of a REQUEST frame: method, target, the request's id, then names and values, joined by newlines. */
export function forwardHead(request: ForwardedRequest): string {
  const { method, target, head, requestId, key, remoteAddress } = request
  let text = `${method}\n${target}\nlatchkey-request-id\n${requestId}${head.fields}`
  if (key !== undefined) text += `\nlatchkey-key-id\n${key.id}\nlatchkey-key-name\n${key.name}`
  if (remoteAddress !== undefined) text += `\nx-forwarded-for\n${plainAddress(remoteAddress)}`
  text += '\nx-forwarded-proto\nhttp'
  return head.host === '' ? text : `${text}\nx-forwarded-host\n${head.host}`
}

/** `::ffff:192.0.2.1`, an IPv4 caller of a socket that listens on IPv6, is `192.0.2.1`. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address
}
