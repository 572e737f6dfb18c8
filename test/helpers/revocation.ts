import { PipelinedTraffic } from '../../bench/load/pipelined-traffic.ts'

export interface RevocationTraffic {
  /** Base URLs of the gateways, over which the connections are spread. */
  readonly gateways: readonly string[]
  /** Path of the function. */
  readonly path: string
  readonly key: string
  /** On each gateway; more than it has threads, so that each thread has some. */
  readonly connections: number
  /** How many requests to send after the answer. */
  readonly requests: number
}

export interface AfterRevocation {
  /** Requests that were written after the change was answered, and how many were answered in what way. */
  readonly sent: number
  readonly statuses: ReadonlyMap<number, number>
  /** Requests before that were let through. */
  readonly passedBefore: number
}

/**
 * Callers use the key as fast as they can, on connections that stay open, from before the change until so many
 * requests have been sent after its answer.
 */
export async function revokeUnderTraffic(
  { gateways, path, key, connections, requests }: RevocationTraffic,
  change: () => Promise<unknown>,
): Promise<AfterRevocation> {
  let answeredAtMs = Number.POSITIVE_INFINITY
  let sent = 0
  const statuses = new Map<number, number>()
  const where = gateways.map((url) => {
    const { hostname: host, port } = new URL(url)
    return { host, port: Number(port) }
  })
  const traffic = new PipelinedTraffic(
    { gateways: where, connections: connections * where.length, ahead: 16, path, key },
    (status, sentAtMs) => {
      if (sentAtMs <= answeredAtMs) return
      sent += 1
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    },
  )
  try {
    await traffic.untilEach(200)
    const passedBefore = traffic.counts.get(200)!
    await change()
    answeredAtMs = performance.now()
    await traffic.until(() => sent >= requests)
    return { sent, statuses, passedBefore }
  } finally {
    traffic.stop()
  }
}
