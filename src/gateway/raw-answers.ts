import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ErrorCode, PUBLIC_ERRORS } from '../domain/errors.ts'
import { newRequestId } from '../lib/ids.ts'
import type { CallObserver } from './ended-call.ts'
import { problemAsText } from './respond.ts'

/** A socket as Node's HTTP server leaves it: with the response that it is to carry next. */
interface HttpSocket extends Duplex {
  readonly _httpMessage?: ServerResponse | null
  readonly remoteAddress?: string | undefined
}

type Observers = readonly CallObserver[]

const CODE_BY_PARSER_ERROR: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'function_body_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** The parser gave up on a connection: says why where an answer can still be understood, and ends it. */
export function respondToBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: HttpSocket,
  observers: Observers,
): void {
  const response = socket._httpMessage
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  // An answer is under way: what there is of it still goes out. But where only the end of the connection
  // ends it, a cut one would seem whole.
  if (response?.headersSent && response.req.httpVersionMinor > 0) {
    socket.end(() => socket.destroy())
    return
  }
  // With a complete request before the broken one still unanswered, the answer would seem to be that one's.
  if (response?.headersSent || response?.req.complete) {
    socket.destroy()
    return
  }
  const code = CODE_BY_PARSER_ERROR[error.code ?? ''] ?? 'malformed_request'
  // A request whose body is broken is a call already, and tells of itself.
  endWith(socket, code, response === undefined || response === null ? observers : [])
}

export function respondToUpgrade(req: IncomingMessage, socket: Duplex, observers: Observers): void {
  socket.on('error', () => {
    // The caller has gone before it read the refusal: there is nobody to tell.
  })
  endWith(socket, 'upgrade_not_supported', observers, req)
}

function endWith(
  socket: HttpSocket,
  code: ErrorCode,
  observers: Observers,
  req?: IncomingMessage,
): void {
  const requestId = newRequestId()
  const text = problemAsText(code, requestId)
  socket.end(text, () => socket.destroy())
  const refusal = {
    requestId,
    method: req?.method,
    url: req?.url,
    remoteAddress: socket.remoteAddress,
    status: PUBLIC_ERRORS[code][0],
    code,
    bytesSent: Buffer.byteLength(text) - text.indexOf('\r\n\r\n') - 4,
  }
  for (const observer of observers) observer.refusedEarly?.(refusal)
}
