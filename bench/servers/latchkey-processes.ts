import { familyTreeOf, titleOf } from '../tools/processes.ts'

export type Role = 'supervisor' | 'control' | 'data' | 'instance'

export interface LatchkeyProcess {
  readonly pid: number
  readonly parent: number
  readonly role: Role
}

/** Everything that one `latchkey serve` has started, itself first. A spare is an instance. */
export function latchkeyProcesses(supervisor: number): LatchkeyProcess[] {
  return familyTreeOf(supervisor).map(({ pid, parent }) => {
    return { pid, parent, role: roleOf(pid, supervisor) }
  })
}

/**
 * The processes of each instance and of each spare, its sandbox's first; what keeps a sandbox's network is a
 * family of its own.
 */
export function instanceFamilies(supervisor: number): number[][] {
  const families: number[][] = []
  for (const { pid, role, parent } of latchkeyProcesses(supervisor)) {
    if (role !== 'instance') continue
    const family = families.find((members) => members.includes(parent))
    if (family === undefined) families.push([pid])
    else family.push(pid)
  }
  return families
}

/** Whether it is an instance or a spare, and not what keeps a network. */
export function runsShim(family: readonly number[]): boolean {
  return !family.some((pid) => /^(cat|ip|slirp4netns|unshare|sh -c ip)\b/.test(titleOf(pid)))
}

/** @throws Error when it is not running */
export function pidOf(role: Role, supervisor: number): number {
  const found = latchkeyProcesses(supervisor).find((process) => process.role === role)
  if (found === undefined) throw new Error(`no ${role} process is running`)
  return found.pid
}

function roleOf(pid: number, supervisor: number): Role {
  if (pid === supervisor) return 'supervisor'
  const title = titleOf(pid)
  if (title.startsWith('latchkey control')) return 'control'
  return title.startsWith('latchkey data') ? 'data' : 'instance'
}
