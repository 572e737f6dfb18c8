import type { NodeStanding } from '../feed/nodes.ts'
import { feedSource } from '../store/feed.ts'
import type { ControlDeps } from './deps.ts'

/** The data nodes as control sees them, and control itself. */
export interface NodesReport {
  /** The newest that is committed. */
  readonly revision: number
  readonly nodes: readonly NodeReport[]
  readonly control: {
    readonly version: string
    readonly startedAtMs: number
    /** With its log; 0 where it is not known. */
    readonly databaseBytes: number
  }
}

export interface NodeReport extends NodeStanding {
  /** Null of one that does not answer. */
  readonly load: {
    readonly instances: number
    readonly ready: number
    readonly functions: number
  } | null
}

export interface NodesUseCases {
  get(): Promise<NodesReport>
}

export function nodesUseCases(
  deps: Pick<ControlDeps, 'store' | 'nodes' | 'clock' | 'about'>,
): NodesUseCases {
  const { store, nodes, clock, about } = deps
  const startedAtMs = clock.now()
  return {
    async get() {
      const revision = await feedSource(store).revision()
      const status = await nodes.statusByNode()
      const reports = nodes.standing(revision).nodes.map((node) => ({
        ...node,
        load: loadOf(status.get(node.name)),
      }))
      const { version = '', databaseBytes = () => 0 } = about ?? {}
      return {
        revision,
        nodes: reports,
        control: { version, startedAtMs, databaseBytes: databaseBytes() },
      }
    },
  }
}

function loadOf(
  counts: Readonly<Record<string, { total: number; ready: number }>> | undefined,
): NodeReport['load'] {
  if (counts === undefined) return null
  const load = { instances: 0, ready: 0, functions: 0 }
  for (const { total, ready } of Object.values(counts)) {
    load.instances += total
    load.ready += ready
    if (total > 0) load.functions += 1
  }
  return load
}
