import type { Settings } from '../config/settings.ts'
import type { Logger } from '../observability/logger.ts'
import { type MetricsServer, startMetricsServer } from '../observability/metrics-server.ts'
import { openGatewaySocket } from './gateway-socket.ts'
import type { NodeMetrics } from './node-metrics.ts'
import type { NodeReadiness } from './node-readiness.ts'
import { portSentence } from './preflight.ts'

export interface PortOptions {
  readonly settings: Settings
  readonly logger: Logger
  /** Told why a port cannot be had. */
  complain(text: string): void
}

/** Opens the socket for callers: before any role, and once, because it outlives them. */
export async function openGatewayPort(options: PortOptions): Promise<'open' | 'refused'> {
  const { settings, complain } = options
  if (settings.role === 'control') return 'open'
  const opened = await openGatewaySocket(settings.host, settings.gatewayPort)
  if (typeof opened === 'number') return 'open'
  complain(`${portSentence(opened.code ?? opened.message, settings, 'gatewayPort')}\n`)
  return 'refused'
}

/** Undefined when the settings want none. */
export async function openMetricsPort(
  { settings, logger, complain }: PortOptions,
  metrics: NodeMetrics,
  readiness: NodeReadiness,
): Promise<MetricsServer | undefined | 'refused'> {
  const { metricsHost: host, metricsPort: port } = settings
  if (port === null) return undefined
  try {
    return await startMetricsServer({
      host,
      port,
      scrape: (format) => metrics.scrape(format),
      faults: () => readiness.faults(),
      onError: (err) => logger.error({ err }, 'the metrics could not be answered'),
    })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    complain(`${portSentence(code ?? message, settings, 'metricsPort')}\n`)
    return 'refused'
  }
}
