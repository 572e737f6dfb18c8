import { Agent, type IncomingMessage, request } from 'node:http'

export interface Ask {
  readonly url: string
  readonly secret?: string | undefined
  readonly method?: string
  readonly body?: Buffer
  /** Leaves after the first byte of the answer. */
  readonly isLeaving?: boolean
}

export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'left' }
  /** `isStale`: the connection had been kept open, and ended before a byte of the answer. */
  | { readonly kind: 'failed'; readonly code: string; readonly isStale: boolean }

/** A request without an answer for so long has been forgotten by the server. */
const ANSWER_MS_MAX = 60_000

/** One caller with a connection that it keeps open, as most HTTP clients do. */
export class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })

  ask(ask: Ask): Promise<Outcome> {
    return new Promise((resolve) => {
      const fail = (code: string, isStale = false) => resolve({ kind: 'failed', code, isStale })
      const req = request(ask.url, {
        agent: this.#agent,
        method: ask.method ?? 'GET',
        headers: ask.secret === undefined ? {} : { 'x-api-key': ask.secret },
        timeout: ANSWER_MS_MAX,
      })
      req.on('timeout', () => req.destroy(new Error('no answer')))
      req.on('error', (error: NodeJS.ErrnoException) =>
        fail(error.code ?? error.message, req.reusedSocket && error.code === 'ECONNRESET'),
      )
      req.on('response', (response) => {
        if (ask.isLeaving === true) {
          req.destroy()
          resolve({ kind: 'left' })
          return
        }
        readWhole(response).then(
          (body) => resolve({ kind: 'answered', status: response.statusCode!, body }),
          (error: NodeJS.ErrnoException) => fail(`${error.code ?? error.message} in the answer`),
        )
      })
      req.end(ask.body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

async function readWhole(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return text
}
