import type { ChildProcess } from 'node:child_process'
import { withTimeout } from '../lib/deferred.ts'
import type { Exposition, ExpositionFormat, ExpositionText } from '../observability/exposition.ts'
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
  readonly text: ExpositionText
  readonly ended: PromiseWithResolvers<boolean>
}

interface Told {
  readonly summary: readonly MetricPart[]
  /** Undefined when not all was told. */
  readonly told: ExpositionText | undefined
}

/** The numbers of all processes of the node, gathered when somebody scrapes. Belongs to the supervisor. */
export class NodeMetrics {
  readonly #version: string
  readonly #nodeName: string
  readonly #roles: () => Iterable<AskedRole>
  readonly #underWay = new Map<number, Collection>()
  #lastTicket = 0

  constructor(version: string, nodeName: string, roles: () => Iterable<AskedRole>) {
    this.#version = version
    this.#nodeName = nodeName
    this.#roles = roles
  }

  async scrape(format: ExpositionFormat): Promise<Exposition> {
    const { ExpositionText } = await import('../observability/exposition.ts')
    const collect = (role: AskedRole) => this.#collect(role, new ExpositionText(format))
    const text = new ExpositionText(format)
    for (const part of this.#ownParts()) text.add(part)
    for (const { summary, told } of await Promise.all(Array.from(this.#roles(), collect))) {
      for (const part of summary) text.add(part)
      if (told !== undefined) await text.addAll(told)
    }
    return text.end()
  }

  /** What a role has sent. */
  onMessage({ ticket, parts, state }: MetricsMessage): void {
    const collection = this.#underWay.get(ticket)
    if (collection === undefined) return
    for (const part of parts) collection.text.add(part)
    if (state !== 'more') collection.ended.resolve(state === 'whole')
  }

  *#ownParts(): Generator<MetricPart> {
    yield labelled('buildInfo', [[[this.#version, process.version, this.#nodeName], 1]])
    yield labelled('up', [[['supervisor'], 1]])
    yield* processParts('supervisor')
  }

  /** Of a role that does not answer whole and in time nothing is told but that. */
  async #collect({ name, child }: AskedRole, text: ExpositionText): Promise<Told> {
    const startedAtMs = performance.now()
    const isWhole = child?.connected === true && (await this.#ask(child, text))
    const up = labelled('up', [[[name], isWhole ? 1 : 0]])
    if (!isWhole) return { summary: [up], told: undefined }
    const seconds = (performance.now() - startedAtMs) / 1000
    return { summary: [up, labelled('scrapeSeconds', [[[name], seconds]])], told: text }
  }

  /** Whether all was told. */
  async #ask(child: ChildProcess, text: ExpositionText): Promise<boolean> {
    this.#lastTicket += 1
    const ticket = this.#lastTicket
    const ended = Promise.withResolvers<boolean>()
    this.#underWay.set(ticket, { text, ended })
    const onExit = (): void => ended.resolve(false)
    child.once('exit', onExit)
    child.send({ type: 'collect', ticket } satisfies CollectMessage, (error) => {
      if (error !== null) ended.resolve(false)
    })
    const isWhole = await withTimeout(ended.promise, COLLECT_TIMEOUT_MS, false)
    child.off('exit', onExit)
    this.#underWay.delete(ticket)
    return isWhole
  }
}
