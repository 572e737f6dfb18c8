import { readFileSync } from 'node:fs'
import type { Limits } from './sandbox.ts'

const LINES = {
  processes: /^Max processes +\S+ +(\d+)/m,
  openFiles: /^Max open files +\S+ +(\d+)/m,
  fileBytes: /^Max file size +\S+ +(\d+)/m,
  dataBytes: /^Max data size +\S+ +(\d+)/m,
} as const satisfies Record<keyof Limits, RegExp>

let own: string | undefined

/** Nobody but root may go beyond the limits that this process was itself given. */
export function withinOwnLimits(limits: Limits): Limits {
  own ??= readLimits()
  const least = (name: keyof Limits): number => {
    const most = LINES[name].exec(own!)?.[1]
    return most === undefined ? limits[name] : Math.min(limits[name], Number(most))
  }
  return {
    processes: least('processes'),
    openFiles: least('openFiles'),
    fileBytes: least('fileBytes'),
    dataBytes: least('dataBytes'),
  }
}

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch {
    // A system without /proc.
    return ''
  }
}
