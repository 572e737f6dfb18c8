import type { Settings } from '../config/settings.ts'
import { DEFAULT_GATEWAY_LIMITS, type GatewayLimits } from '../gateway/limits.ts'
import type { Logger } from '../observability/logger.ts'
import { connectionsThatFit } from './open-files.ts'

/** The settings that bound callers, as the gateway takes them. */
export function gatewayLimits(settings: Settings, logger: Logger): GatewayLimits {
  const requestTimeoutMs = settings.requestTimeoutSeconds * 1000
  return {
    ...DEFAULT_GATEWAY_LIMITS,
    headerBytesMax: settings.headerBytesMax,
    headerCountMax: settings.headerCountMax,
    uriBytesMax: settings.uriBytesMax,
    bodyBytesMax: settings.bodyBytesMax,
    headersTimeoutMs: Math.min(settings.headersTimeoutSeconds * 1000, requestTimeoutMs),
    requestTimeoutMs,
    keepAliveTimeoutMs: settings.keepAliveTimeoutSeconds * 1000,
    stallTimeoutMs: settings.stallTimeoutSeconds * 1000,
    connectionsMax: connectionsMaxOf(settings, logger),
    connectionsPerAddressMax: settings.connectionsPerAddressMax,
    requestsPerConnectionMax: settings.requestsPerConnectionMax,
    streamsPerConnectionMax: settings.streamsPerConnectionMax,
    queueLengthMax: settings.queueLength,
    queueWaitMs: settings.queueTimeoutSeconds * 1000,
  }
}

/** A connection too many must be refused by the gateway: the system's refusal would hit instances and logs too. */
function connectionsMaxOf(settings: Settings, logger: Logger): number {
  const wanted = settings.connectionsMax
  const fitting = connectionsThatFit(wanted)
  if (fitting < wanted) {
    logger.warn(
      { wanted, fitting },
      'fewer connections than wanted fit into the open files of this process; raise its limit (ulimit -n)',
    )
  }
  return fitting
}
