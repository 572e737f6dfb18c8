import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import {
  DiagLogLevel,
  diag,
  type HrTime,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  detectResources,
  type Resource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace'
import { newId } from '../lib/ids.ts'
import type { Logger } from './logger.ts'
import type { Sampling } from './sampling.ts'
import { scrubbed } from './scrub.ts'
import type { SpanRecord } from './span-record.ts'
import type { Tracing, TracingOptions } from './tracing.ts'
import type { TracingSettings } from './tracing-settings.ts'

/** At the end a slow collector is not waited for longer. */
const STOP_MS = 2_000
const COMPLAINT_EVERY_MS = 60_000
const ATTRIBUTE_CHARS_MAX = 4096

/** Gives span records to the SDK, which batches and sends them. The one file that loads OpenTelemetry. */
export class SpanExport implements Tracing {
  readonly sampling: Sampling
  readonly #processor: BatchSpanProcessor
  readonly #resource: Resource
  readonly #scope: ReadableSpan['instrumentationScope']

  constructor(settings: TracingSettings, { role, version, logger }: TracingOptions) {
    this.sampling = settings.sampling
    hearComplaints(logger)
    this.#resource = resourceOf(role, version)
    this.#scope = { name: 'latchkey', version }
    this.#processor = new BatchSpanProcessor({
      ...settings.batch,
      exporter: new OTLPTraceExporter(),
    })
  }

  add(spans: readonly SpanRecord[]): void {
    for (const span of spans) this.#processor.onEnd(this.#readable(span))
  }

  async stop(): Promise<void> {
    const stopped = this.#processor.shutdown().catch(() => {
      // Said already, where the export failed.
    })
    await Promise.race([stopped, wait(STOP_MS, undefined, { ref: false })])
    diag.disable()
  }

  #readable(span: SpanRecord): ReadableSpan {
    const context = contextOf(span.traceId, span.spanId, false)
    const parent =
      span.parentSpanId === undefined
        ? {}
        : { parentSpanContext: contextOf(span.traceId, span.parentSpanId, span.isParentRemote) }
    return {
      ...parent,
      name: span.name,
      kind: KINDS[span.kind],
      spanContext: () => context,
      startTime: hrTime(span.startMs),
      endTime: hrTime(span.startMs + span.durationMs),
      duration: hrTime(span.durationMs),
      status: { code: span.isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
      attributes: shown(span.attributes),
      links: [],
      events: [],
      ended: true,
      resource: this.#resource,
      instrumentationScope: this.#scope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    }
  }
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const satisfies Record<SpanRecord['kind'], SpanKind>

function contextOf(traceId: string, spanId: string, isRemote: boolean): SpanContext {
  return { traceId, spanId, isRemote, traceFlags: TraceFlags.SAMPLED }
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}

/** Without secrets, wherever a caller put one. */
function shown(attributes: SpanRecord['attributes']): Record<string, string | number | boolean> {
  const result: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(attributes)) {
    result[name] = typeof value === 'string' ? scrubbed(value).slice(0, ATTRIBUTE_CHARS_MAX) : value
  }
  return result
}

function resourceOf(role: string, version: string): Resource {
  const own = resourceFromAttributes({
    'service.name': 'latchkey',
    'service.version': version,
    'latchkey.role': role,
    'service.instance.id': newId(),
    'host.name': hostname(),
    'process.pid': process.pid,
  })
  const detectors = [resourceAttributesEnvDetector, serviceNameEnvDetector]
  return own.merge(detectResources({ detectors }))
}

/** What the SDK complains of, a collector that is away most of all: once a minute is enough. */
function hearComplaints(logger: Logger): void {
  let silentUntilMs = 0
  const complain = (message: string) => {
    if (Date.now() < silentUntilMs) return
    silentUntilMs = Date.now() + COMPLAINT_EVERY_MS
    logger.warn({ reason: reasonIn(message) }, 'spans could not be sent')
  }
  const ignore = () => {}
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
}

/** The message of the error that the SDK has turned into JSON, without what a URL may have as its password. */
function reasonIn(message: string): string {
  const quoted = /"message":("(?:[^"\\]|\\.)*")/.exec(message)?.[1]
  const reason = quoted === undefined ? message : (JSON.parse(quoted) as string)
  return reason.replace(/\/\/[^/\s]*@/g, '//').slice(0, 500)
}
