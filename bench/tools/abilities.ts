import { freemem } from 'node:os'
import { findCommand } from './commands.ts'
import { allowedCores } from './machine.ts'

/* What a machine may lack, each as one sentence, or undefined when it is there. */

export function noProc(): string | undefined {
  return process.platform === 'linux' ? undefined : 'it reads /proc, which only Linux has'
}

/** Load and servers are kept apart: one core for each. */
export function noTwoCores(): string | undefined {
  if (noProc() !== undefined) return noProc()
  if (allowedCores().length < 2) return 'it needs two cores'
  return noCommands(['taskset'])
}

export function noWrk(): string | undefined {
  return noTwoCores() ?? noCommands(['wrk'])
}

export function noMemory(bytes: number, what: string): string | undefined {
  if (freemem() > bytes) return undefined
  return `${what} need ${Math.ceil(bytes / 1e6)} MB of free memory`
}

/** @throws Error where {@link noTwoCores} has a reason */
export function cores(): { readonly serverCore: number; readonly loadCore: number } {
  const [serverCore, loadCore] = allowedCores()
  if (serverCore === undefined || loadCore === undefined) throw new Error('it needs two cores')
  return { serverCore, loadCore }
}

function noCommands(names: readonly string[]): string | undefined {
  const missing = names.filter((name) => findCommand(name) === undefined)
  return missing.length > 0 ? `not on this machine: ${missing.join(', ')}` : undefined
}
