import { HELLO, HELLO_CODE } from '../servers/hello.ts'
import { createKey, createSite, deployFunctions } from '../servers/latchkey.ts'
import { startHttpFunction } from '../servers/peer-stack.ts'
import { Caller } from '../tools/caller.ts'
import { freePorts, type Scratch } from '../tools/scratch.ts'
import { percentile } from '../tools/statistics.ts'
import { untilAnswered } from '../tools/until-answered.ts'

export interface WarmLatency {
  readonly requests: number
  readonly latchkey: readonly LatencyRound[]
  /** The floor: the same caller and a Node HTTP server with nothing between them. */
  readonly bareHttp: readonly LatencyRound[]
}

export interface LatencyRound {
  readonly p50Us: number
  readonly p99Us: number
}

interface Target {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly caller: Caller
}

/** One request at a time over one connection, whole answer, `rounds` rounds that alternate with the floor. */
export async function measureWarmLatency(
  scratch: Scratch,
  amounts: { readonly rounds: number; readonly requests: number },
): Promise<WarmLatency> {
  const site = await createSite(scratch)
  const running = await site.startReady()
  const [url] = await deployFunctions(site.client, [
    { name: 'hello', code: HELLO_CODE, instances: { min: 1, max: 1 } },
  ])
  const secret = await createKey(site.client, ['hello'])
  const [port] = await freePorts(1)
  const bareUrl = `http://127.0.0.1:${port}/`
  const bare = startHttpFunction(scratch, String(port))
  await untilAnswered(bareUrl, 200, bare)

  const headers = { 'x-api-key': secret }
  const through: Target = { url: url!, headers, caller: new Caller() }
  const direct: Target = { url: bareUrl, headers, caller: new Caller() }
  const latchkey: LatencyRound[] = []
  const bareHttp: LatencyRound[] = []
  for (const target of [through, direct]) await round(target, amounts.requests)
  for (let i = 0; i < amounts.rounds; i++) {
    latchkey.push(await round(through, amounts.requests))
    bareHttp.push(await round(direct, amounts.requests))
  }
  for (const target of [through, direct]) target.caller.close()
  await Promise.all([running.stop(), bare.stop()])
  return { requests: amounts.requests, latchkey, bareHttp }
}

async function round({ url, headers, caller }: Target, requests: number): Promise<LatencyRound> {
  const timesUs: number[] = []
  for (let i = 0; i < requests; i++) {
    timesUs.push((await caller.callFor(HELLO, url, headers)).totalMs * 1000)
  }
  return { p50Us: percentile(timesUs, 50), p99Us: percentile(timesUs, 99) }
}
