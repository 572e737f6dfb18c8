import type { Change, KeyEntry } from '../../src/domain/routes.ts'
import { Hub } from '../../src/feed/hub.ts'
import type { FeedSource } from '../../src/feed/nodes.ts'
import { silentLogger } from '../../src/observability/logger.ts'
import { dataPaths } from '../../src/server/paths.ts'
import { feedSource } from '../../src/store/feed.ts'
import type { Running } from '../tools/scratch.ts'
import type { Site } from './latchkey.ts'
import { withStore } from './prepared-store.ts'

interface Feed {
  revision: number
  change: Change | undefined
}

const APPLIED_LIMIT_MS = 60_000

/**
 * A data role on a site's data directory that the benchmark itself feeds, in control's place: keys come as
 * fast as the node acknowledges them, which through the REST API they never do.
 */
export class FedNode {
  readonly running: Running
  readonly #hub: Hub
  readonly #feed: Feed

  /** The server must have been stopped; the node has what its database holds. */
  static async start(site: Site): Promise<FedNode> {
    const revision = await withStore(site, (store) => feedSource(store).revision())
    const feed: Feed = { revision, change: undefined }
    const hub = new Hub({
      source: sourceOf(feed),
      socketPath: dataPaths(site.dataDir).controlSocket,
      logger: silentLogger(),
      knownNodes: [],
      onNodes: () => {},
    })
    await hub.listen()
    return new FedNode(hub, feed, site.start(undefined, { LATCHKEY_ROLE: 'data' }))
  }

  private constructor(hub: Hub, feed: Feed, running: Running) {
    this.#hub = hub
    this.#feed = feed
    this.running = running
  }

  /** One revision. Resolves when the node has the keys on its disk and in every thread. */
  async addKeys(keys: readonly KeyEntry[]): Promise<void> {
    const revision = this.#feed.revision + 1
    this.#feed.change = { revision, routes: [], removedFunctionIds: [], keys, removedKeyIds: [] }
    this.#feed.revision = revision
    this.#hub.announce(revision)
    const { laggards } = await this.#hub.applied(revision, APPLIED_LIMIT_MS)
    if (laggards.length > 0) throw new Error('the node did not apply the keys in time')
  }

  async stop(): Promise<void> {
    await this.running.stop()
    await this.#hub.close()
  }
}

/** Whoever asks has everything but the last change. */
function sourceOf(feed: Feed): FeedSource {
  return {
    revision: async () => feed.revision,
    snapshot: () => {
      throw new Error('the node should have everything')
    },
    changesSince: async () => feed.change,
  }
}
