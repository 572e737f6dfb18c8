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
