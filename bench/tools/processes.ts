import { readdirSync, readFileSync } from 'node:fs'

/** The unit of the times in /proc, the same for every architecture that Node runs on. */
const TICKS_PER_SECOND = 100

export interface Memory {
  /** Bytes, a page that n processes share counted as an n-th for each (PSS). */
  readonly shareBytes: number
  /** Bytes that no other process has. */
  readonly privateBytes: number
}

export interface FamilyMember {
  readonly pid: number
  readonly parent: number
}

/** The process and all that come from it, parents before children. */
export function familyOf(pid: number): number[] {
  return familyTreeOf(pid).map((member) => member.pid)
}

/** As {@link familyOf}, each with who started it. */
export function familyTreeOf(pid: number): FamilyMember[] {
  const running = runningProcesses()
  const childrenOf = Map.groupBy(running, (process) => process.parent)
  const family = running.filter((process) => process.pid === pid)
  for (const member of family) family.push(...(childrenOf.get(member.pid) ?? []))
  return family
}

/** Processor time since the process began, user and system, all threads. */
export function cpuSecondsOf(pid: number): number {
  return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1')).cpuTicks / TICKS_PER_SECOND
}

export function memoryOf(pid: number): Memory {
  return parseSmapsRollup(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1'))
}

/** Bytes that the process made the system read from and write to disks. */
export function diskBytesOf(pid: number): number {
  return parseDiskBytes(readFileSync(`/proc/${pid}/io`, 'latin1'))
}

/** The most that was ever resident, shared pages included. */
export function peakBytesOf(pid: number): number {
  return kilobytesIn(readFileSync(`/proc/${pid}/status`, 'latin1'), 'VmHWM') * 1024
}

/** Empty for one that has ended. */
export function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim()
  } catch {
    // Ended since it was listed.
    return ''
  }
}

/** @param text what /proc/<pid>/stat holds; the command in its parentheses may hold anything */
export function parseStat(text: string): { readonly parent: number; readonly cpuTicks: number } {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { parent: Number(fields[1]), cpuTicks: Number(fields[11]) + Number(fields[12]) }
}

/** @param text what /proc/<pid>/smaps_rollup holds */
export function parseSmapsRollup(text: string): Memory {
  const kilobytes = (name: string) => kilobytesIn(text, name)
  return {
    shareBytes: kilobytes('Pss') * 1024,
    privateBytes: (kilobytes('Private_Clean') + kilobytes('Private_Dirty')) * 1024,
  }
}

/** @param text what /proc/<pid>/io holds */
export function parseDiskBytes(text: string): number {
  const read = /^read_bytes: (\d+)$/m.exec(text)
  const written = /^write_bytes: (\d+)$/m.exec(text)
  if (read === null || written === null) throw new Error('/proc/<pid>/io has no bytes')
  return Number(read[1]) + Number(written[1])
}

function kilobytesIn(text: string, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)
  if (match === null) throw new Error(`/proc does not say ${name}`)
  return Number(match[1])
}

function runningProcesses(): FamilyMember[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [
          {
            pid: Number(name),
            parent: parseStat(readFileSync(`/proc/${name}/stat`, 'latin1')).parent,
          },
        ]
      } catch {
        // It ended while the list was read.
        return []
      }
    })
}
