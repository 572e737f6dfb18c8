import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Control } from '../control/control.ts'
import type { Scope } from '../domain/names.ts'
import type { Clock } from '../lib/clock.ts'
import type { Idempotency } from './idempotency.ts'

/** What the routes work with. */
export interface RouteDeps {
  readonly control: Control
  readonly clock: Clock
  readonly idempotency: Idempotency
}

/** The routes of one noun. */
export type Routes = (deps: RouteDeps) => FastifyPluginCallbackTypebox

export function scopeOf(params: { project_id: number; region_id: number }): Scope {
  return { projectId: params.project_id, regionId: params.region_id }
}
