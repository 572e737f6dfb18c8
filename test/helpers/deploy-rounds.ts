import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { NAMESPACE, type Operator, operator, SCOPE } from './operator.ts'
import { cleanUp, startServer } from './server.ts'

const CALLERS_THAT_KEEP = 6
const CALLERS_THAT_OPEN = 4
/** Some calls take so long, so that deployments come in the middle of them. */
const WAITS_MS = [0, 0, 0, 5, 60]
const REQUEST_TIMEOUT_MS = 30_000
const FAULTS_MAX = 20

const NAME = { namespace: NAMESPACE, name: 'rounds' }

export interface DeployReport {
  readonly deploys: number
  readonly requests: number
  /** Answers that were neither of the version before nor of the one after, and those that never came. */
  readonly faults: readonly string[]
  /** From the change to the end of its task. */
  readonly medianDeployMs: number
  readonly longestDeployMs: number
  readonly longestRequestMs: number
}

/**
 * Deploys a function again and again, every fifth time by rolling back, while callers call it all the time,
 * over connections that stay and over new ones, and looks at every answer.
 */
export async function deployRounds(
  count: number,
  onDeploy: (done: number) => void = () => {},
): Promise<DeployReport> {
  const server = await startServer()
  try {
    const op = operator(server)
    await op.makeNamespace()
    const served = new Served()
    served.wanted('0')
    const { endpoint } = await op.makeFunction('rounds', codeOf('0'), { enable_api_key: false })
    served.inForce('0')
    const load = new Load(endpoint, served)
    const tookMs: number[] = []
    for (let round = 1; round <= count; round++) {
      const startedAtMs = performance.now()
      await deploy(op, served, round)
      tookMs.push(performance.now() - startedAtMs)
      onDeploy(round)
    }
    await load.stop()
    tookMs.sort((a, b) => a - b)
    return {
      deploys: count,
      requests: load.requests,
      faults: load.faults,
      medianDeployMs: tookMs[Math.floor(tookMs.length / 2)] ?? 0,
      longestDeployMs: tookMs.at(-1) ?? 0,
      longestRequestMs: load.longestMs,
    }
  } finally {
    await cleanUp(server)
  }
}

async function deploy(op: Operator, served: Served, round: number): Promise<void> {
  const { functions } = op.client
  if (round % 5 !== 0) {
    const value = String(round)
    served.wanted(value)
    await op.finished(await functions.update(SCOPE, NAME, { code_text: codeOf(value) }))
    return served.inForce(value)
  }
  const { results } = await functions.versions(SCOPE, NAME, { limit: 3 })
  const { number } = results.at(-1)!
  const value = numberIn((await functions.version(SCOPE, NAME, number)).code_text)
  served.wanted(value)
  await op.finished(await functions.rollback(SCOPE, NAME, number))
  served.inForce(value)
}

function codeOf(value: string): string {
  return `export default {
  async fetch(request) {
    const wait = Number(new URL(request.url).searchParams.get('wait'))
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    return new Response('${value}')
  },
}
`
}

function numberIn(code: string): string {
  return /Response\('(\d+)'\)/.exec(code)![1]!
}

/** Which answers are right, and when: an old one until the new one is in force. */
class Served {
  readonly #times: { value: string; fromMs: number; untilMs: number }[] = []

  wanted(value: string): void {
    this.#times.push({ value, fromMs: performance.now(), untilMs: Number.POSITIVE_INFINITY })
  }

  inForce(value: string): void {
    const nowMs = performance.now()
    for (const time of this.#times) {
      if (time !== this.#times.at(-1) && time.untilMs > nowMs) time.untilMs = nowMs
    }
    if (this.#times.at(-1)?.value !== value) throw new Error(`${value} was not the last wanted`)
  }

  /** Whether the answer was right at some moment of the call. */
  allows(value: string, sentAtMs: number, answeredAtMs: number): boolean {
    return this.#times.some(
      (time) => time.value === value && time.fromMs <= answeredAtMs && time.untilMs >= sentAtMs,
    )
  }
}

class Load {
  requests = 0
  longestMs = 0
  readonly faults: string[] = []
  readonly #endpoint: string
  readonly #served: Served
  readonly #agents: Agent[] = []
  readonly #callers: Promise<void>[]
  #stopped = false

  constructor(endpoint: string, served: Served) {
    this.#endpoint = endpoint
    this.#served = served
    const keep = Array.from({ length: CALLERS_THAT_KEEP }, () => this.#call(true))
    const open = Array.from({ length: CALLERS_THAT_OPEN }, () => this.#call(false))
    this.#callers = [...keep, ...open]
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#callers)
    for (const agent of this.#agents) agent.destroy()
  }

  async #call(keepAlive: boolean): Promise<void> {
    const agent = new Agent({ keepAlive, maxSockets: 1 })
    this.#agents.push(agent)
    for (let i = 0; !this.#stopped; i++) {
      const waitMs = WAITS_MS[i % WAITS_MS.length]!
      const sentAtMs = performance.now()
      const answer = await ask(agent, `${this.#endpoint}?wait=${waitMs}`)
      const nowMs = performance.now()
      this.requests += 1
      this.longestMs = Math.max(this.longestMs, nowMs - sentAtMs)
      const isRight = answer.status === 200 && this.#served.allows(answer.body, sentAtMs, nowMs)
      if (isRight || this.faults.length >= FAULTS_MAX) continue
      const how = keepAlive ? 'a connection that stays' : 'a new connection'
      this.faults.push(`${answer.status} ${answer.body.slice(0, 200)} over ${how}`)
    }
  }
}

/** Status 0 when there was no answer. */
async function ask(agent: Agent, url: string): Promise<{ status: number; body: string }> {
  try {
    return await new Promise((resolve, reject) => {
      const sent = request(url, { agent, timeout: REQUEST_TIMEOUT_MS }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
      })
      sent.on('timeout', () => sent.destroy(new Error('no answer in time')))
      sent.on('error', reject)
      sent.end()
    })
  } catch (error) {
    return { status: 0, body: String(error) }
  }
}
