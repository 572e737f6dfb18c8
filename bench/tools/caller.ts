import { Agent, request } from 'node:http'

export interface Answer {
  readonly status: number
  readonly body: string
  /** From the call until the answer's head was read. */
  readonly firstByteMs: number
  /** From the call until the answer's last byte. */
  readonly totalMs: number
}

/** A caller with one connection, kept open, one request at a time. */
export class Caller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })

  /** @throws Error when the connection fails */
  call(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const begun = performance.now()
      request(url, { agent: this.#agent, headers }, (response) => {
        const firstByteMs = performance.now() - begun
        let body = ''
        response.setEncoding('latin1')
        response.on('data', (chunk: string) => {
          body += chunk
        })
        response.on('error', reject)
        response.on('end', () => {
          const status = response.statusCode!
          resolve({ status, body, firstByteMs, totalMs: performance.now() - begun })
        })
      })
        .on('error', reject)
        .end()
    })
  }

  /** As {@link Caller.call}, for an answer that must be 200 with this body. */
  async callFor(expected: string, url: string, headers: Readonly<Record<string, string>> = {}) {
    const answer = await this.call(url, headers)
    if (answer.status !== 200 || answer.body !== expected) {
      const got = `${answer.status} ${answer.body.slice(0, 300)}`
      throw new Error(`${new URL(url).pathname}: expected 200 ${expected}, got ${got}`)
    }
    return answer
  }

  close(): void {
    this.#agent.destroy()
  }
}
