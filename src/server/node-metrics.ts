import type { ChildProcess } from 'node:child_process'
import { hostname } from 'node:os'
import { withTimeout } from '../lib/deferred.ts'
import type { Exposition, ExpositionFormat } from '../observability/exposition.ts'
import { labelled, type MetricPart } from '../observability/metric-parts.ts'
import { processParts } from '../observability/process-metrics.ts'
import type { CollectMessage, MetricsMessage, RoleName } from './role-messages.ts'

/** Less than what scrapers wait. */
const COLLECT_TIMEOUT_MS = 5_000

export interface AskedRole {
  readonly name: RoleName
  /** Undefined while it does not serve. */
  readonly child: ChildProcess | undefined
}

interface Collection {
  readonly parts: MetricPart[]
  readonly ended: PromiseWithResolvers<boolean>
}

/** The numbers of all processes of the node, gathered when somebody scrapes. Belongs to the supervisor. */
export class NodeMetrics {
  readonly #version: string
  readonly #roles: () => Iterable<AskedRole>
  readonly #underWay = new Map<number, Collection>()
  #lastTicket = 0

  constructor(version: string, roles: () => Iterable<AskedRole>) {
    this.#version = version
    this.#roles = roles
  }

  async scrape(format: ExpositionFormat): Promise<Exposition> {
    const collections = await Promise.all(Array.from(this.#roles(), (role) => this.#collect(role)))
    const { renderExposition } = await import('../observability/exposition.ts')
    return renderExposition([...this.#ownParts(), ...collections.flat()], format)
  }

  /** What a role has sent. */
  onMessage({ ticket, parts, state }: MetricsMessage): void {
    const collection = this.#underWay.get(ticket)
    if (collection === undefined) return
    collection.parts.push(...parts)
    if (state !== 'more') collection.ended.resolve(state === 'whole')
  }

  *#ownParts(): Generator<MetricPart> {
    yield labelled('buildInfo', [[[this.#version, process.version, hostname()], 1]])
    yield labelled('up', [[['supervisor'], 1]])
    yield* processParts('supervisor')
  }

  /** A role that does not answer whole and in time tells nothing but that. */
  async #collect({ name, child }: AskedRole): Promise<MetricPart[]> {
    const startedAtMs = performance.now()
    const parts = child?.connected ? await this.#ask(child) : undefined
    if (parts === undefined) return [labelled('up', [[[name], 0]])]
    const seconds = (performance.now() - startedAtMs) / 1000
    return [labelled('up', [[[name], 1]]), labelled('scrapeSeconds', [[[name], seconds]]), ...parts]
  }

  async #ask(child: ChildProcess): Promise<MetricPart[] | undefined> {
    this.#lastTicket += 1
    const ticket = this.#lastTicket
    const collection: Collection = { parts: [], ended: Promise.withResolvers<boolean>() }
    this.#underWay.set(ticket, collection)
    const { ended } = collection
    const onExit = (): void => ended.resolve(false)
    child.once('exit', onExit)
    child.send({ type: 'collect', ticket } satisfies CollectMessage, (error) => {
      if (error !== null) ended.resolve(false)
    })
    const isWhole = await withTimeout(ended.promise, COLLECT_TIMEOUT_MS, false)
    child.off('exit', onExit)
    this.#underWay.delete(ticket)
    return isWhole ? collection.parts : undefined
  }
}
