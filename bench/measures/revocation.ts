import { getRequest, HttpConnection } from '../load/http-connection.ts'
import type { Bench } from '../measurement.ts'
import { HELLO_CODE } from '../servers/hello.ts'
import { createKey, createSite, deployFunctions, SCOPE } from '../servers/latchkey.ts'

export interface Revocation {
  readonly callers: number
  /** From the DELETE to its answer, one for each key. */
  readonly answeredMs: readonly number[]
  /** Calls with a key that were sent after the answer to its DELETE. */
  readonly callsAfter: number
  /** Those of them that were not refused. */
  readonly passedAfter: number
}

/** More than threads, so that each has some. */
const CALLERS = 16
/** Of each caller and key, after the DELETE was answered. */
const CALLS_AFTER = 20

/** Keys that are in use on all gateway threads at the moment when they are deleted. */
export async function measureRevocation({ scratch, plan }: Bench): Promise<Revocation> {
  const site = await createSite(scratch)
  const running = await site.startReady()
  const [url] = await deployFunctions(site.client, [
    { name: 'hello', code: HELLO_CODE, instances: { min: 1, max: 1 } },
  ])
  const { hostname, port, pathname, host } = new URL(url!)
  const callers = Array.from({ length: CALLERS }, () => new Caller(hostname, Number(port)))
  await Promise.all(callers.map((caller) => caller.opened()))
  const answeredMs: number[] = []
  let callsAfter = 0
  let passedAfter = 0
  for (let number = 0; number < plan.revocations; number++) {
    const name = `revoked-${number}`
    const request = getRequest(host, pathname, await createKey(site.client, ['hello'], name))
    let isRevoked = false
    const calling = callers.map(async (caller) => {
      let calledAfter = 0
      while (calledAfter < CALLS_AFTER) {
        // Before the call: one that is under way when the answer comes may end either way.
        const isAfter = isRevoked
        const status = await caller.call(request)
        if (!isAfter) continue
        calledAfter += 1
        callsAfter += 1
        if (status !== 401) passedAfter += 1
      }
    })
    const begun = performance.now()
    await site.client.keys.delete(SCOPE, name)
    answeredMs.push(performance.now() - begun)
    isRevoked = true
    await Promise.all(calling)
  }
  for (const caller of callers) caller.close()
  await running.stop()
  return { callers: CALLERS, answeredMs, callsAfter, passedAfter }
}

/** Calls on one connection, and on another when the server has ended it. */
class Caller {
  readonly #where: { readonly host: string; readonly port: number }
  #connection: HttpConnection
  #answer = Promise.withResolvers<number>()

  constructor(host: string, port: number) {
    this.#where = { host, port }
    this.#connection = this.#connect()
  }

  #connect(): HttpConnection {
    const connection = new HttpConnection(
      this.#where,
      (status, _body, isLast) => {
        if (isLast) {
          connection.close()
          this.#connection = this.#connect()
        }
        this.#answer.resolve(status)
      },
      () => {
        // The end of one that was replaced, or that waits for nothing, matters to nobody.
        if (connection === this.#connection) {
          this.#answer.promise.catch(() => {})
          this.#answer.reject(new Error('a connection of a caller ended'))
        }
      },
    )
    return connection
  }

  opened(): Promise<void> {
    return this.#connection.opened()
  }

  call(request: string): Promise<number> {
    this.#answer = Promise.withResolvers()
    this.#connection.send(request)
    return this.#answer.promise
  }

  close(): void {
    this.#connection.close()
  }
}
