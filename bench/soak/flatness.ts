import { spreadOf } from '../tools/statistics.ts'
import type { Ledger } from './ledger.ts'
import { ROLES, type Sample } from './watch.ts'

/** Above the noise of a heap between two collections; a leak of a kilobyte in a thousand requests is more. */
const GROWTH_MAX = 0.15
const GROWTH_BYTES_MAX = 12e6
const DESCRIPTORS_MAX = 40

/** What the quiet part began and ended with. */
export interface Trend {
  readonly name: string
  readonly unit: 'bytes' | 'count'
  readonly first: number
  readonly last: number
}

/** Compares medians of the first and the last third of the samples, and calls growth a fault. */
export function trends(samples: readonly Sample[], ledger: Ledger): Trend[] {
  const third = Math.ceil(samples.length / 3)
  if (third < 2) return []
  const trend = (name: string, unit: Trend['unit'], value: (sample: Sample) => number): Trend => ({
    name,
    unit,
    first: spreadOf(samples.slice(0, third).map(value)).median,
    last: spreadOf(samples.slice(-third).map(value)).median,
  })
  const memory = ROLES.map((role) =>
    trend(`memory of ${role}`, 'bytes', (s) => s.roles[role].bytes),
  )
  const files = ROLES.map((role) =>
    trend(`descriptors of ${role}`, 'count', (s) => s.roles[role].descriptors),
  )
  const processes = trend('processes', 'count', (s) => s.processes)
  for (const { name, first, last } of memory) {
    const bound = first * (1 + GROWTH_MAX) + GROWTH_BYTES_MAX
    if (last > bound) ledger.fault(`${name} grew from ${first} to ${last} bytes`)
  }
  for (const { name, first, last } of [...files, processes]) {
    if (last > first + DESCRIPTORS_MAX) ledger.fault(`${name} grew from ${first} to ${last}`)
  }
  return [...memory, ...files, processes]
}
