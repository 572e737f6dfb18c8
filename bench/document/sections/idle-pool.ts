import type { SummaryRow } from '../../measurement.ts'
import type { IdlePool } from '../../measures/idle-pool.ts'
import { megabytes, spread } from '../markdown.ts'

export function idlePoolText({ idleSeconds, memory, networkBytes, cpuSeconds }: IdlePool): string {
  return `Processes that are started ahead (\`LATCHKEY_SPARE_INSTANCES=${memory.length}\`) and wait for a function, sandbox included. Each has
${spread(memory.map((one) => one.privateBytes / 1e6))} MB of its own, and ${spread(memory.map((one) => one.shareBytes / 1e6))} MB with its share of the pages of Node's
program that all Node processes share (PSS). All ${memory.length} together, ${megabytes(total(memory))} MB, and what keeps
their networks, ${megabytes(networkBytes)} MB, used ${cpuSeconds.toFixed(2)} s of
processor time in ${idleSeconds} s, in steps of 0.01 s.`
}

export function idlePoolRows({ idleSeconds, memory, cpuSeconds }: IdlePool): SummaryRow[] {
  return [
    {
      what: 'Memory of one idle spare (PSS)',
      result: `${spread(memory.map((one) => one.shareBytes / 1e6))} MB`,
    },
    {
      what: `Processor time of ${memory.length} idle spares in ${idleSeconds} s`,
      result: `${cpuSeconds.toFixed(2)} s`,
      goal: { name: 'processor of an idle pool', values: [cpuSeconds] },
    },
  ]
}

function total(memory: IdlePool['memory']): number {
  return memory.reduce((sum, one) => sum + one.shareBytes, 0)
}
