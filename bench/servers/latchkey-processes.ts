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
