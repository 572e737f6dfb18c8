import type { Envs } from './function.ts'
import type { Scope } from './names.ts'

export interface Namespace extends Scope {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly envs: Envs
  readonly createdAtMs: number
}
