import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ErrorCode, PUBLIC_ERRORS } from '../domain/errors.ts'
import { newRequestId } from '../lib/ids.ts'
import type { CallerRequest, CallerResponse } from './caller.ts'
import type { CallObserver } from './ended-call.ts'
import { noteLastWord } from './last-words.ts'
import { endLingering, isEnding } from './lingering-end.ts'
import { problemAsText, respondProblem } from './respond.ts'

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

/** The request line of one that is too long, as far as it came: no header can look like it. */
const UNENDED_REQUEST_LINE = /(?:^|\n)[A-Z-]+ [^ \n]*$/

interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer
  /** Where in `rawPacket` the parser gave up. */
  readonly bytesParsed?: number
}

/** The parser gave up on a connection: says why where an answer can still be understood, and ends it. */
export function respondToBrokenRequest(
  error: ParserError,
  socket: HttpSocket,
  observers: Observers,
): void {
  // What follows a last request is nobody's: its answer still goes out, and the connection ends with it.
  if (isEnding(socket) || error.code === 'HPE_CLOSED_CONNECTION') return
  const response = socket._httpMessage
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  // An answer is under way: what there is of it still goes out. But where only the end of the connection
  // ends it, a cut one would seem whole.
  if (response?.headersSent && response.req.httpVersionMinor > 0) {
    endLingering(socket)
    return
  }
  // With a complete request before the broken one still unanswered, the answer would seem to be that one's.
  if (response?.headersSent || response?.req.complete) {
    socket.destroy()
    return
  }
  const code = codeOf(error)
  // A request whose body is broken is a call already, and tells of itself.
  endWith(socket, code, response === undefined || response === null ? observers : [])
}

/** Nothing was sent or taken for too long: a caller that has not ended its request is told, an idle one is not. */
export function respondToStall(socket: HttpSocket): void {
  if (isEnding(socket)) return
  const response = socket._httpMessage
  // What is refused here is a call already, and tells of itself.
  if (response && !response.headersSent && !response.req.complete) {
    endWith(socket, 'request_timeout', [])
  } else socket.destroy()
}

/** A connection too many, which no parser has seen. */
export function respondToRefusedConnection(
  socket: HttpSocket,
  code: ErrorCode,
  observers: Observers,
): void {
  endWith(socket, code, observers)
}

/** Plain HTTP where TLS is spoken. */
export function respondToPlainHttp(socket: HttpSocket, observers: Observers): void {
  endWith(socket, 'https_required', observers)
}

/** A stream of HTTP/2 whose head is not worth a call; the others of its connection go on. */
export function respondToUnfit(
  req: CallerRequest,
  res: CallerResponse,
  code: ErrorCode,
  observers: Observers,
): void {
  const requestId = newRequestId()
  const bytesSent = respondProblem(res, code, { requestId }, false)
  tell(observers, { requestId, code, bytesSent }, req, req.socket)
}

export function respondToTunnel(
  req: IncomingMessage,
  socket: HttpSocket,
  observers: Observers,
): void {
  // With a request before it still unanswered, the answer would seem to be that one's.
  if (socket._httpMessage) socket.destroy()
  else endWith(socket, 'upgrade_not_supported', observers, req)
}

function codeOf({ code = '', rawPacket, bytesParsed }: ParserError): ErrorCode {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const read = rawPacket?.toString('latin1', 0, bytesParsed) ?? ''
    if (UNENDED_REQUEST_LINE.test(read)) return 'uri_too_long'
  }
  return CODE_BY_PARSER_ERROR[code] ?? 'malformed_request'
}

function endWith(
  socket: HttpSocket,
  code: ErrorCode,
  observers: Observers,
  req?: IncomingMessage,
): void {
  const requestId = newRequestId()
  const text = problemAsText(code, requestId)
  noteLastWord(socket, code)
  endLingering(socket, text)
  const bytesSent = Buffer.byteLength(text) - text.indexOf('\r\n\r\n') - 4
  tell(observers, { requestId, code, bytesSent }, req, socket)
}

function tell(
  observers: Observers,
  answer: { requestId: string; code: ErrorCode; bytesSent: number },
  req: Pick<CallerRequest, 'method' | 'url'> | undefined,
  { remoteAddress }: { readonly remoteAddress?: string | undefined },
): void {
  const status = PUBLIC_ERRORS[answer.code][0]
  const refusal = { ...answer, method: req?.method, url: req?.url, remoteAddress, status }
  for (const observer of observers) observer.refusedEarly?.(refusal)
}
