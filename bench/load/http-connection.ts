import { connect, type Socket } from 'node:net'

const READ_BYTES = 16 * 1024
const HEAD_END = '\r\n\r\n'
const CLOSE = /\r\nconnection: *close/i

/** @param isLast the server ends the connection after this answer */
export type OnAnswer = (status: number, body: string, isLast: boolean) => void

/**
 * One connection that stays open and carries one request at a time, with as little between caller and socket
 * as can be: what it costs is not the server's, but is measured with it.
 */
export class HttpConnection {
  readonly #socket: Socket
  readonly #onAnswer: OnAnswer
  #text = ''
  #answerChars = Number.POSITIVE_INFINITY

  /** @param onEnd the connection is gone, with or without a reason */
  constructor(
    where: { readonly host: string; readonly port: number },
    onAnswer: OnAnswer,
    onEnd: (error?: Error) => void,
  ) {
    this.#onAnswer = onAnswer
    let failure: Error | undefined
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    this.#socket = connect({
      ...where,
      noDelay: true,
      onread: {
        buffer,
        callback: (bytes) => {
          this.#take(buffer.toString('latin1', 0, bytes))
          return true
        },
      },
    })
    this.#socket.on('error', (error) => {
      failure = error
    })
    this.#socket.on('close', () => onEnd(failure))
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#socket.connecting) return resolve()
      this.#socket.once('connect', resolve)
      this.#socket.once('error', reject)
    })
  }

  /** @param request a whole request, written as it is */
  send(request: string): void {
    this.#socket.write(request, 'latin1')
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: string): void {
    this.#text = this.#text === '' ? chunk : this.#text + chunk
    if (this.#answerChars === Number.POSITIVE_INFINITY) this.#answerChars = answerChars(this.#text)
    if (this.#text.length < this.#answerChars) return
    const answer = this.#text
    this.#text = ''
    this.#answerChars = Number.POSITIVE_INFINITY
    const headEnd = answer.indexOf(HEAD_END)
    const isLast = CLOSE.test(answer.slice(0, headEnd))
    this.#onAnswer(statusOf(answer), answer.slice(headEnd + HEAD_END.length), isLast)
  }
}

/** @param key left out of the request when undefined */
export function getRequest(host: string, path: string, key?: string): string {
  const keyLine = key === undefined ? '' : `x-api-key: ${key}\r\n`
  return `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${keyLine}\r\n`
}

/** How many characters the answer has; infinity as long as its head is not there. */
export function answerChars(text: string): number {
  const end = text.indexOf(HEAD_END)
  if (end < 0) return Number.POSITIVE_INFINITY
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))
  if (length === null) throw new Error('an answer has no Content-Length')
  return end + HEAD_END.length + Number(length[1])
}

function statusOf(answer: string): number {
  return Number(answer.slice(9, 12))
}
