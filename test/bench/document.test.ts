import { describe, expect, it } from 'vitest'
import { documentOf } from '../../bench/document/document.ts'
import { figure, spread } from '../../bench/document/markdown.ts'
import { atRestRows, atRestText } from '../../bench/document/sections/at-rest.ts'
import {
  cpuPerRequestRows,
  cpuPerRequestText,
} from '../../bench/document/sections/cpu-per-request.ts'
import { keyVerdictRows, keyVerdictText } from '../../bench/document/sections/key-verdict.ts'
import { summaryOf } from '../../bench/document/summary.ts'
import { GOALS, judge } from '../../bench/goals.ts'
import type { Section } from '../../bench/measurement.ts'
import type { AtRest } from '../../bench/measures/at-rest.ts'
import { type CpuPerRequest, type CpuRound, ratios } from '../../bench/measures/cpu-per-request.ts'
import type { VerdictTimes } from '../../bench/measures/key-verdict-process.ts'
import type { Results } from '../../bench/results.ts'

const memory = { shareBytes: 40e6, privateBytes: 30e6 }

const atRest: AtRest = {
  idleSeconds: 10,
  processes: [
    { role: 'data', memory, peakBytes: 90e6, cpuSeconds: 0.02 },
    { role: 'instance', memory, peakBytes: 50e6, cpuSeconds: 0.01 },
  ],
}

const cpu: CpuPerRequest = {
  seconds: 5,
  connections: 32,
  stacks: [
    { name: 'Latchkey, everything on', rounds: [cpuRound(20, 5), cpuRound(20, 5)] },
    { name: 'nginx with its log', rounds: [cpuRound(15, 35), cpuRound(15, 10)] },
  ],
}

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

function verdictTimes(keys: number, hitNs: number): VerdictTimes {
  return {
    keys,
    tableBytes: 150 * keys,
    loadMs: 3_500,
    snapshotBytes: 1e6,
    turns: { p50Ms: 1, p99Ms: 2, mostMs: 3 },
    cases: [
      { name: 'hit', ns: [hitNs] },
      { name: 'miss', ns: [1_200] },
      { name: 'malformed', ns: [400] },
    ],
  }
}

function measured(name: string, text: string, rows: ReturnType<typeof atRestRows>): Section {
  return { name, title: name, outcome: { kind: 'measured', text, rows } }
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
  command: 'npm run bench',
  sections: [
    measured('at-rest', atRestText(atRest), atRestRows(atRest)),
    measured('cpu', cpuPerRequestText(cpu), cpuPerRequestRows(cpu)),
    {
      name: 'wrong-keys',
      title: 'Wrong keys',
      outcome: { kind: 'skipped', reason: 'not on this machine: taskset' },
    },
    { name: 'burst', title: 'Burst', outcome: { kind: 'failed', error: 'a server ended' } },
  ],
}

describe('the page', () => {
  it('names machine, programs, day and commands', () => {
    const text = documentOf(results)
    for (const part of [
      'Some Processor, 2 cores, 8.00 GiB',
      'nginx: 1.22.1',
      '2026-01-31',
      '`npm run bench`',
      '`npm run bench -- --only at-rest`',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('sums up each measurement in lines', () => {
    const text = summaryOf(results.sections)
    expect(text).toContain('| Memory at rest, one instance included | 80.0 MB |')
    expect(text).toContain('nginx with its log, with its function | 37.5 (25.0 to 50.0) µs |')
  })

  it('says why a part is missing, and shows the others', () => {
    const text = documentOf(results)
    expect(text).toContain('## Wrong keys\n\nSkipped: not on this machine: taskset.')
    expect(text).toContain('## Burst\n\nNot measured: a server ended')
    expect(text).toContain('| data | 40.0 | 30.0 | 90.0 | 0.02 |')
  })

  it('compares each round with its own neighbour', () => {
    expect(ratios(cpu.stacks[1]!, cpu.stacks[0]!)).toEqual([2, 1])
    expect(documentOf(results)).toContain(
      '| nginx with its log / Latchkey, everything on | 1.50 | 2.00, 1.00 |',
    )
  })

  it('holds results against goals, and says when the rounds do not agree', () => {
    expect(summaryOf(results.sections)).toContain(
      '| 1.50 (1.00 to 2.00) | at least 2 | **missed**, not in each round |',
    )
    const verdicts = { tables: [verdictTimes(1_000, 1_300)], skipped: [] }
    expect(summaryOf([measured('v', '', keyVerdictRows(verdicts))])).toContain(
      '| Key to verdict, 1,000 keys | 1300 ns | less than 2,000 ns | met |',
    )
  })

  it('has a line for each table of keys, and a sentence for one that was skipped', () => {
    const tables = [verdictTimes(1_000, 1_300), verdictTimes(1_000_000, 1_600)]
    const text = keyVerdictText({ tables, skipped: ['10,000,000 keys need 6000 MB of memory'] })
    expect(text).toContain('| 1,000 | 1300 | 1200 | 400 |')
    expect(text).toContain('| 1,000,000 | 1600 | 1200 | 400 |')
    expect(text).toContain('Skipped: 10,000,000 keys need 6000 MB of memory.')
    const rows = keyVerdictRows({ tables, skipped: [] })
    expect(summaryOf([measured('v', '', rows)])).toContain(
      "load from the node's own snapshot | 3.50 s | less than 3 s | **missed** |",
    )
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

describe('a goal', () => {
  it('is decided by the median, and tells when a round says the contrary', () => {
    const goal = GOALS['cold start, median']
    expect(judge(goal, [14, 15, 13])).toEqual({ judgement: 'met', divided: false })
    expect(judge(goal, [14, 99, 13])).toEqual({ judgement: 'met', divided: true })
    expect(judge(goal, [16])).toEqual({ judgement: 'missed', divided: false })
  })

  it('may be a least, a most, or a bound that must not be reached', () => {
    const at = (comparison: 'at most' | 'less than' | 'at least') =>
      judge({ limit: 2, comparison, unit: '' }, [2]).judgement
    expect([at('at most'), at('less than'), at('at least')]).toEqual(['met', 'missed', 'met'])
  })
})
