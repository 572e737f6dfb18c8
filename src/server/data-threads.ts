import type { Calls } from '../calls/calls.ts'
import type { Settings } from '../config/settings.ts'
import { TIMEOUT_SECONDS_MAX } from '../domain/function-limits.ts'
import { batchLastUses, batchRows } from '../domain/usage.ts'
import type { Engine } from '../engine/engine.ts'
import type { SlotTable } from '../engine/slots.ts'
import type { Replica } from '../feed/replica.ts'
import type { UsageSender } from '../feed/usage-sender.ts'
import type { CertificateWatch } from '../gateway/certificate-watch.ts'
import type { GatewayMetrics } from '../gateway/gateway-metrics.ts'
import { type GatewayThreads, startGatewayThreads } from '../gateway/threads.ts'
import type { Trust } from '../gateway/trust.ts'
import type { Tracing } from '../observability/tracing.ts'
import type { RunningAccessLog } from './access-log.ts'
import { callsTarget } from './async-calls.ts'
import { callTracing } from './call-tracing.ts'
import { gatewayLimits } from './gateway-limits.ts'
import { closeGatewaySocket, GATEWAY_SOCKET } from './gateway-socket.ts'
import type { RoleDeps } from './role-messages.ts'

export function startThreads(
  deps: RoleDeps,
  parts: ThreadParts,
  stateKnown: Promise<void>,
): Promise<GatewayThreads> {
  const { settings, logger } = deps
  const { trust, slots, replica, engineFound, usage, gateway, certificates } = parts
  const { accessLog, tracing, calls } = parts
  return startGatewayThreads({
    count: settings.gatewayThreads,
    listenOn: { fd: GATEWAY_SOCKET },
    domain: settings.domain,
    trustedProxies: settings.trustedProxies,
    tls: certificates && (() => certificates.material),
    trust,
    slots,
    limits: gatewayLimits(settings, logger),
    logger,
    state: () => replica.state(),
    stateKnown,
    attach: (index, port) => {
      // Without an engine the role does not start, and says why.
      engineFound.then(
        (engine) => engine.attachGateway(index, port),
        () => {},
      )
    },
    drainMs: longestCallMs(settings),
    graceMs: settings.stopTimeoutSeconds * 1000,
    onLeft: closeGatewaySocket,
    onCounts: (counts) => gateway.add(counts),
    accessLog: accessLog?.target,
    tracing: callTracing(tracing),
    asyncCalls: callsTarget(deps, calls),
    onUsage: (batch) => usage.add(batchRows(batch), batchLastUses(batch), batch.addresses),
    onFirstUse: (use) => usage.addFirstUse(use),
  })
}

interface ThreadParts {
  readonly trust: Trust
  readonly slots: SlotTable
  readonly replica: Replica
  /** Threads begin before it is there, and serve nobody until then. */
  readonly engineFound: Promise<Engine>
  readonly usage: UsageSender
  readonly gateway: GatewayMetrics
  readonly accessLog: RunningAccessLog | undefined
  readonly tracing: Tracing | undefined
  readonly calls: Calls
  /** Undefined without TLS. */
  readonly certificates: CertificateWatch | undefined
}

/** From the first byte of a request to the last of its answer, and idle afterwards. */
function longestCallMs(settings: Settings): number {
  const { requestTimeoutSeconds, queueTimeoutSeconds, keepAliveTimeoutSeconds } = settings
  const withoutFunction = requestTimeoutSeconds + queueTimeoutSeconds + keepAliveTimeoutSeconds
  return (withoutFunction + TIMEOUT_SECONDS_MAX) * 1000
}
