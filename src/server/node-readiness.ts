import { withTimeout } from '../lib/deferred.ts'
import type { AskedRole } from './node-metrics.ts'
import type { AskReadinessMessage, ReadinessMessage } from './role-messages.ts'

/** A role that does not answer within this cannot serve well either. */
const ASK_TIMEOUT_MS = 2_000

/** Whether all processes of the node can serve, asked of each of them. Belongs to the supervisor. */
export class NodeReadiness {
  readonly #roles: () => Iterable<AskedRole>
  readonly #asked = new Map<number, (faults: readonly string[]) => void>()
  #lastTicket = 0

  constructor(roles: () => Iterable<AskedRole>) {
    this.#roles = roles
  }

  /** What keeps the node from being ready, in sentences that anyone may read; empty when it is. */
  async faults(): Promise<readonly string[]> {
    const roles = Array.from(this.#roles())
    if (roles.length === 0) return ['The server starts.']
    return (await Promise.all(roles.map((role) => this.#ask(role)))).flat()
  }

  /** What a role has answered. */
  onMessage({ ticket, faults }: ReadinessMessage): void {
    this.#asked.get(ticket)?.(faults)
  }

  async #ask({ name, child }: AskedRole): Promise<readonly string[]> {
    if (child?.connected !== true) return [`The ${name} role is not running yet.`]
    this.#lastTicket += 1
    const ticket = this.#lastTicket
    const answer = new Promise<readonly string[]>((resolve) => this.#asked.set(ticket, resolve))
    child.send({ type: 'ask-readiness', ticket } satisfies AskReadinessMessage, () => {
      // One that has just ended does not answer in time.
    })
    const silent = [`The ${name} role does not answer.`]
    const faults = await withTimeout(answer, ASK_TIMEOUT_MS, silent)
    this.#asked.delete(ticket)
    return faults
  }
}
