import type { ServerResponse } from 'node:http'
import { nextTurn } from '../lib/next-turn.ts'
import type { FeedSource, SnapshotPart } from './nodes.ts'
import type { FeedMessage } from './protocol.ts'

/** A busy node takes a part in milliseconds; one that was stopped never does. */
const PATIENCE_MS = 10_000
const KEYS_BEGIN = Buffer.from('{"type":"snapshot-part","routes":[],"keys":')
const KEYS_END = Buffer.from('}\n')

export type SnapshotOutcome =
  | { readonly kind: 'sent'; readonly revision: number }
  /** The node is gone, or control stops. */
  | { readonly kind: 'gone' }
  /** It has not taken a part within the time. */
  | { readonly kind: 'slow' }

/**
 * Sends snapshots, part by part, each read when the one before it is on its way: control holds one part for
 * each node that is being sent one. No two are read in one turn of the event loop.
 */
export class SnapshotSender {
  readonly #source: FeedSource
  readonly #patienceMs: number
  #turn: Promise<void> = Promise.resolve()

  constructor(source: FeedSource, patienceMs = PATIENCE_MS) {
    this.#source = source
    this.#patienceMs = patienceMs
  }

  async send(response: ServerResponse): Promise<SnapshotOutcome> {
    let revision = 0
    for await (const part of this.#source.snapshot()) {
      if (part.kind === 'begin') revision = part.revision
      writePart(response, part)
      const kind = await taken(response, this.#patienceMs)
      if (kind !== 'taken') return { kind }
      await this.#ownTurn()
      if (response.destroyed) return { kind: 'gone' }
    }
    response.write(feedLine({ type: 'snapshot-end' }))
    return { kind: 'sent', revision }
  }

  async #ownTurn(): Promise<void> {
    const turn = this.#turn.then(nextTurn)
    this.#turn = turn
    await turn
  }
}

export function feedLine(message: FeedMessage): string {
  return `${JSON.stringify(message)}\n`
}

/**
 * Resolves when the stream has room again. A stream that ends by itself or by another's hand is `gone`;
 * without `patienceMs` nobody is too slow.
 */
export function taken(
  response: ServerResponse,
  patienceMs?: number,
): Promise<'taken' | 'gone' | 'slow'> {
  return new Promise((resolve) => {
    if (response.destroyed) resolve('gone')
    else if (!response.writableNeedDrain) resolve('taken')
    else {
      const timer = patienceMs && setTimeout(() => done('slow'), patienceMs)
      const onDrain = () => done('taken')
      const onClose = () => done('gone')
      const done = (outcome: 'taken' | 'gone' | 'slow') => {
        clearTimeout(timer)
        response.off('drain', onDrain)
        response.off('close', onClose)
        resolve(outcome)
      }
      response.on('drain', onDrain)
      response.on('close', onClose)
    }
  })
}

function writePart(response: ServerResponse, part: SnapshotPart): void {
  switch (part.kind) {
    case 'begin': {
      const { revision, keys } = part
      response.write(feedLine({ type: 'snapshot-begin', revision, keys }))
      return
    }
    case 'routes':
      response.write(feedLine({ type: 'snapshot-part', routes: part.routes, keys: [] }))
      return
    case 'keys':
      response.cork()
      response.write(KEYS_BEGIN)
      response.write(part.json)
      response.write(KEYS_END)
      response.uncork()
      return
  }
}
