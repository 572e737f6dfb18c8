import type { Calls } from '../calls/calls.ts'
import type { Engine } from '../engine/engine.ts'
import type { Follower } from '../feed/follower.ts'
import type { Replica } from '../feed/replica.ts'
import type { CertificateStatus, CertificateWatch } from '../gateway/certificate-watch.ts'
import type { GatewayMetrics } from '../gateway/gateway-metrics.ts'
import type { GatewayThreads } from '../gateway/threads.ts'
import { labelled, type MetricPart, single } from '../observability/metric-parts.ts'

/** A thread that is busy for longer tells its counts the next time. */
const COUNT_TIMEOUT_MS = 1_000

export interface DataSources {
  readonly threads: GatewayThreads
  readonly gateway: GatewayMetrics
  readonly engine: Engine
  readonly replica: Replica
  readonly follower: Follower
  readonly certificates: CertificateWatch | undefined
  readonly accessLog: { readonly droppedLines: number } | undefined
  readonly calls: Calls
}

/** The numbers of a data node. */
export async function* dataParts(sources: DataSources): AsyncGenerator<MetricPart> {
  const { threads, gateway, engine, replica, follower } = sources
  const silent = await threads.count(COUNT_TIMEOUT_MS)
  const loads = threads.loads()
  yield single('threads', loads.length)
  yield single('silentThreads', silent)
  yield labelled(
    'loopActive',
    loads.map(({ name, activeMs }) => [['data', name], activeMs / 1000]),
  )
  gateway.prune()
  yield* gateway.parts()
  yield single('accessLogDropped', sources.accessLog?.droppedLines ?? 0)
  yield* sources.calls.metrics()
  yield* engine.metrics()
  yield* replicaParts(replica)
  yield certificatePart(sources.certificates?.certificateStatus() ?? [])
  yield single('feedConnected', follower.isConnected ? 1 : 0)
  yield single('feedSilence', follower.silentForMs() / 1000)
  yield single('feedBehind', Math.max(0, follower.heardRevision - replica.revision))
}

/** Of several certificates for one name, the one that ends first. */
function certificatePart(statuses: readonly CertificateStatus[]): MetricPart {
  const ends = new Map<string, number>()
  for (const { names, validToMs } of statuses) {
    const name = names[0] ?? ''
    ends.set(name, Math.min(validToMs / 1000, ends.get(name) ?? Number.POSITIVE_INFINITY))
  }
  return labelled(
    'certificateExpiry',
    Array.from(ends, ([name, seconds]) => [[name], seconds]),
  )
}

function* replicaParts(replica: Replica): Generator<MetricPart> {
  const { keys, routes, revision } = replica.state()
  yield single('revision', revision)
  yield single('functions', routes.length)
  yield single('keys', keys.size)
  yield single('grants', keys.grants)
  yield single('keyBytes', keys.bytes)
  yield single('journalBytes', replica.journalBytes)
  yield single('snapshotBytes', replica.snapshotBytes)
}
