import type { Client } from '../../src/client/client.ts'
import { PipelinedTraffic } from '../load/pipelined-traffic.ts'
import type { Bench } from '../measurement.ts'
import { startDataNodes } from '../servers/data-nodes.ts'
import { HELLO_CODE } from '../servers/hello.ts'
import { createKey, createSite, deployFunctions, SCOPE } from '../servers/latchkey.ts'

export interface Revocation {
  readonly callers: number
  readonly places: readonly RevocationPlace[]
}

/** On so many data nodes. */
export interface RevocationPlace {
  readonly nodes: number
  /** From the DELETE to its answer, one for each key. */
  readonly answeredMs: readonly number[]
  /** From the DELETE to when the last call was sent that passed; 0 where none passed that was sent later. */
  readonly lastPassedMs: readonly number[]
  /** Calls with a key that were sent after the answer to its DELETE. */
  readonly callsAfter: number
  /** Those of them that passed. */
  readonly passedAfter: number
}

/** More than threads on all nodes together, so that each has some. */
const CALLERS = 18
/** Of all callers together with each key, after the DELETE was answered. */
const CALLS_AFTER = 20 * CALLERS
const NODES = 3
const DENIED = 401

/** Keys that are in use on all gateway threads at the moment when they are deleted. */
export async function measureRevocation(bench: Bench): Promise<Revocation> {
  return { callers: CALLERS, places: [await onOneServer(bench), await onNodes(bench)] }
}

async function onOneServer({ scratch, plan }: Bench): Promise<RevocationPlace> {
  const site = await createSite(scratch)
  const running = await site.startReady()
  const place = await measurePlace(site.client, [site.gatewayPort], plan.revocations)
  await running.stop()
  return place
}

async function onNodes({ scratch, plan }: Bench): Promise<RevocationPlace> {
  const nodes = await startDataNodes(scratch, NODES)
  const { control, gatewayPorts } = nodes
  const place = await measurePlace(control.client, gatewayPorts, plan.revocations)
  await nodes.stop()
  return place
}

async function measurePlace(
  client: Client,
  gatewayPorts: readonly number[],
  keys: number,
): Promise<RevocationPlace> {
  const [url] = await deployFunctions(client, [
    { name: 'hello', code: HELLO_CODE, instances: { min: 1, max: 1 } },
  ])
  const path = new URL(url!).pathname
  const revoked: RevokedKey[] = []
  for (let number = 0; number < keys; number++) {
    revoked.push(await revoke(client, gatewayPorts, path, `revoked-${number}`))
  }
  return {
    nodes: gatewayPorts.length,
    answeredMs: revoked.map(({ answeredMs }) => answeredMs),
    lastPassedMs: revoked.map(({ lastPassedMs }) => lastPassedMs),
    callsAfter: revoked.reduce((sum, { callsAfter }) => sum + callsAfter, 0),
    passedAfter: revoked.reduce((sum, { passedAfter }) => sum + passedAfter, 0),
  }
}

interface RevokedKey {
  readonly answeredMs: number
  readonly lastPassedMs: number
  readonly callsAfter: number
  readonly passedAfter: number
}

async function revoke(
  client: Client,
  gatewayPorts: readonly number[],
  path: string,
  name: string,
): Promise<RevokedKey> {
  const key = await createKey(client, ['hello'], name)
  const gateways = gatewayPorts.map((port) => ({ host: '127.0.0.1', port }))
  let answeredAtMs = Number.POSITIVE_INFINITY
  let lastPassedAtMs = 0
  let callsAfter = 0
  let passedAfter = 0
  const traffic = new PipelinedTraffic(
    { gateways, connections: CALLERS, ahead: 1, path, key },
    (status, sentAtMs) => {
      const isAfter = sentAtMs > answeredAtMs
      if (isAfter) callsAfter += 1
      if (status === DENIED) return
      if (isAfter) passedAfter += 1
      lastPassedAtMs = Math.max(lastPassedAtMs, sentAtMs)
    },
  )
  try {
    await traffic.untilEach(200)
    const begunMs = performance.now()
    await client.keys.delete(SCOPE, name)
    answeredAtMs = performance.now()
    await traffic.until(() => callsAfter >= CALLS_AFTER)
    return {
      answeredMs: answeredAtMs - begunMs,
      lastPassedMs: Math.max(0, lastPassedAtMs - begunMs),
      callsAfter,
      passedAfter,
    }
  } finally {
    traffic.stop()
  }
}
