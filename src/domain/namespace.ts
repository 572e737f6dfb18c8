import type { Envs } from './function.ts'
import type { Scope } from './names.ts'
import type { SealedEnvs } from './secret-envs.ts'

export interface Namespace extends Scope {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly envs: Envs
  readonly secretEnvs: SealedEnvs
  readonly createdAtMs: number
}
