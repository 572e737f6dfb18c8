import { describe, expect, it } from 'vitest'
import { documentOf } from '../../bench/document/document.ts'
import { figure, spread } from '../../bench/document/markdown.ts'
import { ratios, summaryOf } from '../../bench/document/summary.ts'
import type { CpuRound } from '../../bench/measures/cpu-per-request.ts'
import type { Results } from '../../bench/results.ts'

const memory = { shareBytes: 40e6, privateBytes: 30e6 }

function cpuRound(proxyUs: number, functionUs: number): CpuRound {
  return {
    proxyUs,
    functionUs,
    requestsPerSecond: 30_000,
    p50Us: 900,
    p99Us: 2_000,
    disturbance: 0.01,
  }
}

const results: Results = {
  machine: {
    processor: 'Some Processor',
    cores: 2,
    memoryBytes: 8 * 2 ** 30,
    kernel: 'linux 6 x64',
    loadBefore: 0.25,
    versions: [['nginx', '1.22.1']],
  },
  day: '2026-01-31',
  tookSeconds: 180,
  startUpMs: [410, 400, 430],
  coldStart: { firstByteMs: [50, 52, 54], withoutSpareMs: [60, 61], bareNodeMs: [30, 31, 32] },
  warmLatency: {
    requests: 5_000,
    latchkey: [{ p50Us: 150, p99Us: 400 }],
    bareHttp: [{ p50Us: 60, p99Us: 120 }],
  },
  atRest: {
    kind: 'measured',
    value: {
      idleSeconds: 10,
      processes: [
        { role: 'data', memory, cpuSeconds: 0.02 },
        { role: 'instance', memory, cpuSeconds: 0.01 },
      ],
    },
  },
  cpuPerRequest: {
    kind: 'measured',
    value: {
      seconds: 5,
      connections: 32,
      stacks: [
        { name: 'Latchkey', rounds: [cpuRound(20, 5), cpuRound(20, 5)] },
        { name: 'nginx', rounds: [cpuRound(15, 35), cpuRound(15, 10)] },
      ],
    },
  },
  keyVerdicts: [
    {
      kind: 'measured',
      value: {
        keys: 1_000,
        tableBytes: 1e6,
        loadMs: 3,
        snapshotBytes: 1e6,
        turns: { p50Ms: 1, p99Ms: 2, mostMs: 3 },
        cases: [
          { name: 'hit', ns: [1_300] },
          { name: 'miss', ns: [1_200] },
          { name: 'malformed', ns: [400] },
        ],
      },
    },
    { kind: 'skipped', reason: '1,000,000 keys need 2500 MB of free memory' },
  ],
}

describe('the page', () => {
  it('names machine, programs, day and command', () => {
    const text = documentOf(results)
    for (const part of [
      'Some Processor, 2 cores, 8.00 GiB',
      'nginx: 1.22.1',
      '2026-01-31',
      'npm run bench',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('sums up each measurement in one line', () => {
    const text = summaryOf(results)
    expect(text).toContain('| 410 (400 to 430) ms |')
    expect(text).toContain('| median 52.0 ms, p99 54.0 ms |')
    expect(text).toContain('| 80.0 MB |')
    expect(text).toContain('nginx with its function | 37.5 (25.0 to 50.0) µs |')
  })

  it('says why a part is missing, and shows the others', () => {
    const text = documentOf({
      ...results,
      cpuPerRequest: { kind: 'skipped', reason: 'not on this machine: wrk' },
    })
    expect(text).toContain('Skipped: not on this machine: wrk.')
    expect(text).toContain('Skipped: 1,000,000 keys need 2500 MB of free memory.')
    expect(text).toContain('| 1,000 | 1300 | 1200 | 400 |')
    expect(summaryOf({ ...results, cpuPerRequest: { kind: 'skipped', reason: '' } })).not.toContain(
      'nginx',
    )
  })

  it('compares each round with its own neighbour', () => {
    expect(
      ratios([cpuRound(15, 35), cpuRound(15, 10)], [cpuRound(20, 5), cpuRound(20, 5)]),
    ).toEqual([2, 1])
    expect(documentOf(results)).toContain('| nginx / Latchkey | 1.50 | 2.00, 1.00 |')
  })

  it('gives three digits that count, and a range only to more than one round', () => {
    expect([figure(1234.5), figure(123.4), figure(12.34), figure(1.234)]).toEqual([
      '1235',
      '123',
      '12.3',
      '1.23',
    ])
    expect(spread([5])).toBe('5.00')
    expect(spread([1, 3])).toBe('2.00 (1.00 to 3.00)')
  })
})
