import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/*
 * Where a service manager has delegated its control group (v2), it becomes:
 *
 *    <own>                 its controllers are given to those below
 *    <own>/latchkey        Latchkey's own processes: a group that gives controllers away may hold none
 *    <own>/latchkey-<id>   one instance
 */
const ROOT = '/sys/fs/cgroup'
const OWN = 'latchkey'
const CONTROLLERS = ['memory', 'cpu', 'pids'] as const
const PERIOD_US = 100_000
const MB = 1024 * 1024
/** Of the probe: what it may hold, and what it asks for. */
const PROBE_BYTES = 16 * MB
const PROBE_ASKS_BYTES = 128 * MB
const PROBE_SCRIPT = `echo $$ > "$1/cgroup.procs" && head -c ${PROBE_ASKS_BYTES} /dev/zero | tail -c ${PROBE_ASKS_BYTES} >/dev/null`

export interface CgroupLimits {
  readonly memoryBytes: number
  readonly processes: number
}

export interface CgroupPlace {
  /** Where the file system of control groups is mounted. */
  readonly root: string
  /** The text of `/proc/self/cgroup`. */
  readonly self: string
}

/**
 * Makes room for instances' control groups, and keeps them only if a process that asks for more memory
 * than it may have does not get it. To be called by the first process, before it starts others.
 * @returns why there are none; undefined when there are
 */
export function prepareCgroups(
  place: CgroupPlace = thisPlace(),
  works = isEnforced,
): string | undefined {
  const own = ownFolder(place)
  if (own === undefined) return 'there is no control group of version 2'
  // In others, such as a terminal's, there are processes that are not ours to move.
  if (!own.endsWith('.service')) return 'Latchkey does not run as a service of systemd'
  try {
    const missing = CONTROLLERS.filter((name) => !words(own, 'cgroup.controllers').includes(name))
    if (missing.length > 0) return `the controllers ${missing.join(', ')} are not delegated`
    mkdirSync(join(own, OWN), { recursive: true })
    for (const pid of words(own, 'cgroup.procs')) put(join(own, OWN), 'cgroup.procs', pid)
    put(own, 'cgroup.subtree_control', CONTROLLERS.map((name) => `+${name}`).join(' '))
    const cgroups = new Cgroups(own)
    const probe = cgroups.create('probe', {
      memoryBytes: PROBE_BYTES,
      processes: 16,
    })
    const holds = works(probe)
    probe.remove()
    if (holds) return undefined
    put(own, 'cgroup.subtree_control', CONTROLLERS.map((name) => `-${name}`).join(' '))
    return 'a process got more memory than its control group allows'
  } catch (error) {
    return (error as Error).message
  }
}

/** What {@link prepareCgroups} has prepared; undefined where it has not. */
export function findCgroups(place: CgroupPlace = thisPlace()): Cgroups | undefined {
  const own = ownFolder(place)
  if (own === undefined || basename(own) !== OWN) return undefined
  const above = dirname(own)
  try {
    const given = words(above, 'cgroup.subtree_control')
    return CONTROLLERS.every((name) => given.includes(name)) ? new Cgroups(above) : undefined
  } catch {
    // Not ours to read, so not ours to use.
    return undefined
  }
}

/** The control groups of instances. */
export class Cgroups {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  create(id: string, { memoryBytes, processes }: CgroupLimits): InstanceCgroup {
    const folder = join(this.#folder, `${OWN}-${id}`)
    mkdirSync(folder, { recursive: true })
    put(folder, 'memory.max', String(memoryBytes))
    // Swapped out it would only be slow; where there is no swap there is no such file.
    tryPut(folder, 'memory.swap.max', '0')
    put(folder, 'memory.oom.group', '1')
    put(folder, 'pids.max', String(processes))
    return new InstanceCgroup(folder)
  }
}

/** The control group of one instance. */
export class InstanceCgroup {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** The process, and all that it starts from now on. */
  add(pid: number): void {
    put(this.folder, 'cgroup.procs', String(pid))
  }

  /** @param cpuMilli thousandths of a core */
  limitCpu(cpuMilli: number): void {
    const quotaUs = Math.round((cpuMilli * PERIOD_US) / 1000)
    put(this.folder, 'cpu.max', `${quotaUs} ${PERIOD_US}`)
  }

  /** Whether the kernel has ended a process for want of memory. */
  get wasOutOfMemory(): boolean {
    try {
      return /^oom_kill [1-9]/m.test(readFileSync(join(this.folder, 'memory.events'), 'utf8'))
    } catch {
      // Removed already.
      return false
    }
  }

  /** To be called when its processes have ended; false when one has not. */
  remove(): boolean {
    try {
      rmdirSync(this.folder)
      return true
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT'
    }
  }
}

/** By effect: writing a limit proves nothing. */
function isEnforced(group: InstanceCgroup): boolean {
  const { status } = spawnSync('sh', ['-c', PROBE_SCRIPT, 'sh', group.folder], {
    stdio: 'ignore',
    timeout: 10_000,
  })
  return status !== 0 && group.wasOutOfMemory
}

function thisPlace(): CgroupPlace {
  try {
    return { root: ROOT, self: readFileSync('/proc/self/cgroup', 'utf8') }
  } catch {
    // No /proc.
    return { root: ROOT, self: '' }
  }
}

/** Undefined for the root group too: it is nobody's to limit. */
function ownFolder({ root, self }: CgroupPlace): string | undefined {
  const path = /^0::(\/.+)$/m.exec(self)?.[1]
  // With hierarchies of version 1 beside it, its controllers may be theirs.
  const hasOthers = /^[1-9]\d*:(?!name=)/m.test(self)
  return path === undefined || path === '/' || hasOthers ? undefined : join(root, path)
}

function words(folder: string, file: string): string[] {
  return readFileSync(join(folder, file), 'utf8')
    .split(/\s+/)
    .filter((word) => word !== '')
}

function put(folder: string, file: string, text: string): void {
  writeFileSync(join(folder, file), text)
}

function tryPut(folder: string, file: string, text: string): void {
  try {
    put(folder, file, text)
  } catch {
    // See where it is called.
  }
}
