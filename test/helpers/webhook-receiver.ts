import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server that keeps what it is sent, and answers as it is told. */
export interface WebhookReceiver {
  readonly url: string
  readonly received: Received[]
  /** 200 unless told; `hang` never answers. */
  answer: (request: Received, response: ServerResponse) => void
  /** Resolves when so many have come. */
  count(wanted: number): Promise<void>
  close(): Promise<void>
}

export async function startReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
      received.push(one)
      receiver.answer(one, response)
      for (const look of waiting) look()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: answerOk,
    count: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          if (received.length < wanted) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}

export function answerOk(_request: Received, response: ServerResponse): void {
  response.end('taken')
}

export function answerWith(status: number, headers: Record<string, string> = {}, body = 'no') {
  return (_request: Received, response: ServerResponse) => {
    response.writeHead(status, headers).end(body)
  }
}

export function hang(): void {
  // The answer never comes.
}

/** What was received, when the verifier of the standard accepts it; throws otherwise. */
export function verified(secret: string, { body, headers }: Received): Record<string, unknown> {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as never
}
