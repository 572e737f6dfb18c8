import { readFileSync } from 'node:fs'

/** What one core did since the machine started, in seconds. */
export interface CoreTime {
  /** Everything that was not idle, the time that a hypervisor took away included. */
  readonly busySeconds: number
  readonly totalSeconds: number
}

const TICKS_PER_SECOND = 100

export function coreTime(core: number): CoreTime {
  return parseCoreTime(readFileSync('/proc/stat', 'latin1'), core)
}

/** @param text what /proc/stat holds */
export function parseCoreTime(text: string, core: number): CoreTime {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`cpu${core} `))
  if (line === undefined) throw new Error(`/proc/stat has no core ${core}`)
  // user nice system idle iowait irq softirq steal; the guests' time after them is in user already.
  const ticks = line.split(/\s+/).slice(1, 9).map(Number)
  const total = ticks.reduce((sum, value) => sum + value, 0)
  const idle = ticks[3]! + ticks[4]!
  return {
    busySeconds: (total - idle) / TICKS_PER_SECOND,
    totalSeconds: total / TICKS_PER_SECOND,
  }
}
