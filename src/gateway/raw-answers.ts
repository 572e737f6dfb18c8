import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorCode } from '../domain/errors.ts'
import { newRequestId } from '../lib/ids.ts'
import { problemAsText } from './respond.ts'

/** A socket as Node's HTTP server leaves it: with the response that it is to carry next. */
interface HttpSocket extends Duplex {
  readonly _httpMessage?: ServerResponse | null
}

const CODE_BY_PARSER_ERROR: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'function_body_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** The parser gave up on a connection: says why where an answer can still be understood, and ends it. */
export function respondToBrokenRequest(error: NodeJS.ErrnoException, socket: HttpSocket): void {
  const response = socket._httpMessage
  // With a complete request before the broken one still unanswered, the answer would seem to be that one's.
  const isMisleading = response != null && (response.headersSent || response.req.complete)
  if (!socket.writable || error.code === 'ECONNRESET' || isMisleading) {
    socket.destroy()
    return
  }
  const code = CODE_BY_PARSER_ERROR[error.code ?? ''] ?? 'malformed_request'
  endWith(socket, problemAsText(code, newRequestId()))
}

export function respondToUpgrade(socket: Duplex): void {
  socket.on('error', () => {
    // The caller has gone before it read the refusal: there is nobody to tell.
  })
  endWith(socket, problemAsText('upgrade_not_supported', newRequestId()))
}

function endWith(socket: Duplex, text: string): void {
  socket.end(text, () => socket.destroy())
}
