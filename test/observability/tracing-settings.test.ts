import { describe, expect, it } from 'vitest'
import { readTracingSettings } from '../../src/observability/tracing-settings.ts'

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }

describe("OpenTelemetry's environment variables", () => {
  it.each([
    [{}, false],
    [{ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' }, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, false],
    [ENDPOINT, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, true],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, true],
    [{ OTEL_TRACES_EXPORTER: 'console, otlp' }, true],
    [{ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, false],
    [{ ...ENDPOINT, OTEL_SDK_DISABLED: 'True' }, false],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }, true],
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, false],
    [
      {
        ...ENDPOINT,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      },
      true,
    ],
  ])('%j: traces are wanted: %s', (env, isWanted) => {
    expect(readTracingSettings(env).isWanted).toBe(isWanted)
  })

  it.each([
    [undefined, undefined, 1, true],
    ['always_on', undefined, 1, false],
    ['always_off', undefined, 0, false],
    ['traceidratio', '0.25', 0.25, false],
    ['traceidratio', undefined, 1, false],
    ['parentbased_always_on', undefined, 1, true],
    ['parentbased_always_off', undefined, 0, true],
    ['parentbased_traceidratio', '0', 0, true],
  ])('sampler %s with %s', (name, argument, ratio, isParentBased) => {
    const env = { ...ENDPOINT, OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: argument }
    expect(readTracingSettings(env)).toMatchObject({
      sampling: { ratio, isParentBased },
      mistakes: [],
    })
  })

  it('takes the defaults of the specification for batches, and what is said', () => {
    expect(readTracingSettings(ENDPOINT).batch).toEqual({
      scheduledDelayMillis: 5000,
      exportTimeoutMillis: 30_000,
      maxQueueSize: 2048,
      maxExportBatchSize: 512,
    })
    const env = { ...ENDPOINT, OTEL_BSP_MAX_QUEUE_SIZE: '100', OTEL_BSP_SCHEDULE_DELAY: '20' }
    expect(readTracingSettings(env).batch).toMatchObject({
      scheduledDelayMillis: 20,
      maxQueueSize: 100,
      maxExportBatchSize: 100,
    })
  })

  it('complains of each that is wrong, and takes the default in its place', () => {
    const read = readTracingSettings({
      ...ENDPOINT,
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_BSP_MAX_QUEUE_SIZE: 'many',
    })
    expect(read.sampling).toEqual({ ratio: 1, isParentBased: true })
    expect(read.batch.maxQueueSize).toBe(2048)
    expect(read.mistakes).toHaveLength(2)
    const ratio = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' }
    expect(readTracingSettings({ ...ENDPOINT, ...ratio }).mistakes).toHaveLength(1)
  })
})
