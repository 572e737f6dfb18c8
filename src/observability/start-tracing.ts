import type { Tracing, TracingOptions } from './tracing.ts'
import { readTracingSettings } from './tracing-settings.ts'

/**
 * Undefined unless OpenTelemetry's environment variables ask for traces. Only then its packages are
 * loaded: they cost 15 MB and a fifth of a second.
 */
export async function startTracing(options: TracingOptions): Promise<Tracing | undefined> {
  const { env, logger } = options
  const settings = readTracingSettings(env)
  for (const mistake of settings.mistakes) logger.warn({ mistake }, 'tracing')
  if (!settings.isWanted) return undefined
  const { SpanExport } = await import('./span-export.ts')
  return new SpanExport(settings, options)
}
