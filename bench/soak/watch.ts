import { readdirSync } from 'node:fs'
import type { TestServer } from '../../test/helpers/server.ts'
import { familyOf, memoryOf } from '../tools/processes.ts'

export const ROLES = ['supervisor', 'control', 'data'] as const
export type Role = (typeof ROLES)[number]

export interface Sample {
  readonly seconds: number
  readonly roles: Readonly<Record<Role, { readonly bytes: number; readonly descriptors: number }>>
  readonly processes: number
}

/** What the server holds at this moment; undefined while one of its roles is being started. */
export function sampleOf(server: TestServer, seconds: number): Sample | undefined {
  try {
    const pids = server.pids()
    const look = (role: Role) => ({
      bytes: memoryOf(pids[role]).privateBytes,
      descriptors: readdirSync(`/proc/${pids[role]}/fd`).length,
    })
    return {
      seconds,
      roles: { supervisor: look('supervisor'), control: look('control'), data: look('data') },
      processes: familyOf(pids.supervisor).length,
    }
  } catch {
    // A role has just ended.
    return undefined
  }
}
