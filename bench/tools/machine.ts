import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { findCommand, versionLine } from './commands.ts'
import { peerVersions } from './peers.ts'

export interface Machine {
  readonly processor: string
  /** How many cores this process may use. */
  readonly cores: number
  readonly memoryBytes: number
  readonly kernel: string
  /** Runnable processes, mean of the last minute, before anything was measured. */
  readonly loadBefore: number
  /** Of each program, `absent` where the machine has none. */
  readonly versions: readonly (readonly [name: string, version: string])[]
}

const VERSION_COMMANDS = [
  ['nginx', '-v'],
  ['haproxy', '-v'],
  ['wrk', '-v'],
] as const

export async function describeMachine(): Promise<Machine> {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: `${process.platform} ${release()} ${process.arch}`,
    loadBefore: loadavg()[0]!,
    versions: [
      ['Latchkey', latchkeyVersion()],
      ['Node', process.version],
      ...(await Promise.all(
        VERSION_COMMANDS.map(async ([name, flag]) => {
          const command = findCommand(name)
          if (command === undefined) return [name, 'absent'] as const
          return [name, versionIn(await versionLine(command, [flag]))] as const
        }),
      )),
      ['Peer of packages', peerVersions()],
    ],
  }
}

/** `1.22.1` of `nginx version: nginx/1.22.1`; the whole line when nothing looks like a version. */
export function versionIn(line: string): string {
  return /\d+\.\d[-+~.\w]*/.exec(line)?.[0] ?? line
}

/** The cores that this process may run on, by number; empty where the system does not say. */
export function allowedCores(): number[] {
  if (process.platform !== 'linux') return []
  const status = readFileSync('/proc/self/status', 'latin1')
  return parseCoreList(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '')
}

/** `0-2,5` as [0, 1, 2, 5]. */
export function parseCoreList(text: string): number[] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first, last] = part.split('-').map(Number)
      return Array.from({ length: (last ?? first!) - first! + 1 }, (_, i) => first! + i)
    })
}

function latchkeyVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
