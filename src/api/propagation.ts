import type { FastifyReply } from 'fastify'
import type { Propagation } from '../feed/nodes.ts'

export const PROPAGATION_HEADER = 'latchkey-propagation'

/** `revision=12; applied`, or `revision=12; lagging=node-a,node-b`. */
export function formatPropagation({ revision, laggards }: Propagation): string {
  if (laggards.length === 0) return `revision=${revision}; applied`
  return `revision=${revision}; lagging=${laggards.map(encodeURIComponent).join(',')}`
}

/** Says in the answer's head where the change is in force. */
export function tellPropagation(reply: FastifyReply, propagation: Propagation): void {
  reply.header(PROPAGATION_HEADER, formatPropagation(propagation))
}
