import type { KeyEntry, Route } from '../../src/domain/routes.ts'
import type { FeedSource } from '../../src/feed/nodes.ts'

export interface WholeSnapshot {
  readonly revision: number
  readonly routes: readonly Route[]
  readonly keys: readonly KeyEntry[]
}

/** A source's snapshot, put together from its parts. */
export async function wholeSnapshot(source: Pick<FeedSource, 'snapshot'>): Promise<WholeSnapshot> {
  let revision = 0
  const routes: Route[] = []
  const keys: KeyEntry[] = []
  for await (const part of source.snapshot()) {
    if (part.kind === 'begin') revision = part.revision
    else if (part.kind === 'routes') routes.push(...part.routes)
    else keys.push(...(JSON.parse(Buffer.from(part.json).toString()) as KeyEntry[]))
  }
  return { revision, routes, keys }
}
