import type { Sampling } from './sampling.ts'

/** What OpenTelemetry's environment variables ask for. */
export interface TracingSettings {
  readonly isWanted: boolean
  readonly sampling: Sampling
  readonly batch: BatchSettings
  /** One sentence for each variable that cannot be followed. */
  readonly mistakes: readonly string[]
}

/** Of the batch span processor. */
export interface BatchSettings {
  readonly scheduledDelayMillis: number
  readonly exportTimeoutMillis: number
  readonly maxQueueSize: number
  readonly maxExportBatchSize: number
}

type Environment = Readonly<Record<string, string | undefined>>
type Complain = (mistake: string) => void

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL']

/** Pure. By the specification an empty variable is an absent one, and a wrong one takes its default. */
export function readTracingSettings(env: Environment): TracingSettings {
  const mistakes: string[] = []
  const complain = (mistake: string) => mistakes.push(mistake)
  const isWanted = isAskedFor(env, complain) && isProtocolSpoken(env, complain)
  if (!isWanted) return { isWanted, sampling: NOTHING, batch: readBatch({}, complain), mistakes }
  return {
    isWanted,
    sampling: readSampling(env, complain),
    batch: readBatch(env, complain),
    mistakes,
  }
}

const NOTHING: Sampling = { ratio: 0, isParentBased: false }

/** Off until somebody says where the spans shall go, unlike in an SDK. */
function isAskedFor(env: Environment, complain: Complain): boolean {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true') return false
  const exporters = (env.OTEL_TRACES_EXPORTER ?? '').split(',').map((part) => part.trim())
  if (exporters.includes('otlp')) return true
  if (exporters.join('') === '') return ENDPOINTS.some((name) => (env[name] ?? '').trim() !== '')
  if (!exporters.includes('none')) complain('OTEL_TRACES_EXPORTER must be otlp or none')
  return false
}

/** OTLP over HTTP with JSON is sent, which every collector takes where it takes protobuf. */
function isProtocolSpoken(env: Environment, complain: Complain): boolean {
  const name = PROTOCOLS.find((name) => (env[name] ?? '').trim() !== '')
  const protocol = name === undefined ? 'http/json' : env[name]!.trim()
  if (protocol === 'http/json' || protocol === 'http/protobuf') return true
  complain(`${name} must be http/json or http/protobuf; nothing is traced`)
  return false
}

function readSampling(env: Environment, complain: Complain): Sampling {
  const name = env.OTEL_TRACES_SAMPLER?.trim() || 'parentbased_always_on'
  const isParentBased = name.startsWith('parentbased_')
  const root = isParentBased ? name.slice('parentbased_'.length) : name
  switch (root) {
    case 'always_on':
      return { ratio: 1, isParentBased }
    case 'always_off':
      return { ratio: 0, isParentBased }
    case 'traceidratio':
      return {
        ratio: readRatio(env.OTEL_TRACES_SAMPLER_ARG?.trim() || '1', complain),
        isParentBased,
      }
    default:
      complain(
        'OTEL_TRACES_SAMPLER must be always_on, always_off or traceidratio, or one of them after parentbased_',
      )
      return { ratio: 1, isParentBased: true }
  }
}

function readRatio(text: string, complain: Complain): number {
  const ratio = Number(text)
  if (ratio >= 0 && ratio <= 1) return ratio
  complain('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1')
  return 1
}

function readBatch(env: Environment, complain: Complain): BatchSettings {
  const read = (name: string, standard: number): number => {
    const text = env[name]?.trim() || String(standard)
    if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text)
    complain(`${name} must be a whole number above 0`)
    return standard
  }
  const maxQueueSize = read('OTEL_BSP_MAX_QUEUE_SIZE', 2048)
  return {
    scheduledDelayMillis: read('OTEL_BSP_SCHEDULE_DELAY', 5_000),
    exportTimeoutMillis: read('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
    maxQueueSize,
    maxExportBatchSize: Math.min(read('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512), maxQueueSize),
  }
}
