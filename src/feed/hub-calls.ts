import type { AcceptOutcome, CallPage, CallQuery, CallView, NewCall } from '../domain/calls.ts'
import type { NodeCalls } from './node-calls.ts'
import type { NodeClient } from './node-client.ts'

/** Asks a question of every node that is connected; one that does not answer is left out. */
export type AskAll = <T>(ask: (client: NodeClient) => Promise<T>) => Promise<T[]>

/** Each call lies on one node; who asks for it need not know on which. */
export class HubCalls implements NodeCalls {
  readonly #askAll: AskAll
  readonly #anyClient: () => NodeClient | undefined

  constructor(askAll: AskAll, anyClient: () => NodeClient | undefined) {
    this.#askAll = askAll
    this.#anyClient = anyClient
  }

  async list({ limit, offset, ...query }: CallQuery): Promise<CallPage> {
    // What stands in the wanted page may all come from one node.
    const asked = { ...query, limit: limit + offset, offset: 0 }
    const pages = await this.#askAll((client) => client.calls(asked))
    const results = pages.flatMap((page) => page.results)
    results.sort((a, b) => b.acceptedAtMs - a.acceptedAtMs)
    return {
      count: pages.reduce((sum, { count }) => sum + count, 0),
      results: results.slice(offset, offset + limit),
    }
  }

  async find(id: string): Promise<CallView | undefined> {
    const found = await this.#askAll((client) => client.findCall(id))
    return found.find((view) => view !== undefined)
  }

  async retry(id: string): Promise<boolean> {
    return (await this.#askAll((client) => client.retryCall(id))).includes(true)
  }

  async remove(id: string): Promise<boolean> {
    return (await this.#askAll((client) => client.removeCall(id))).includes(true)
  }

  async submit(
    call: NewCall & { readonly id: string },
  ): Promise<AcceptOutcome | { readonly kind: 'no-node' }> {
    const { id } = call
    if ((await this.find(id)) !== undefined) return { kind: 'accepted', id }
    const client = this.#anyClient()
    return client === undefined ? { kind: 'no-node' } : await client.submitCall(call)
  }
}
