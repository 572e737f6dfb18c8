import type { Change, Route } from '../domain/routes.ts'
import type { KeyTableWriter } from '../key-table/writer.ts'
import type { FollowedLogs, LogCursor, LogLine, LogQuery } from './log-query.ts'

/** Which nodes have applied a revision when the wait ended. */
export interface Propagation {
  readonly revision: number
  /** Names of live nodes that had not applied it. Empty means: in force everywhere. */
  readonly laggards: readonly string[]
}

/** A data node as control remembers it when it is started again. */
export interface KnownNode {
  readonly name: string
  /** So long without control's word, and it serves nobody any more; 0 for never. */
  readonly staleAfterMs: number
}

/** How far a node is that may serve. */
export interface NodeStanding {
  readonly name: string
  readonly isConnected: boolean
  /** Whether changes wait for it: one that has been silent for longer than it may serve does not count. */
  readonly counts: boolean
  /** -1 while it has said nothing. */
  readonly appliedRevision: number
  /** Since control last heard of it; undefined when it has not since it was started. */
  readonly silentMs: number | undefined
  /** See {@link KnownNode}. */
  readonly staleAfterMs: number
}

/**
 * `pending`: the wait for it goes on. `lagging`: the wait is over, or nobody waits any more, and some node
 * has still not applied it.
 */
export type RevisionState = 'applied' | 'pending' | 'lagging'

/** Where a revision has got to at the moment. */
export interface RevisionStanding {
  readonly revision: number
  readonly state: RevisionState
  readonly nodes: readonly NodeStanding[]
}

export interface InstanceCounts {
  readonly total: number
  readonly ready: number
  /** The newest end of an instance that was its own doing, or the function's; absent while there was none. */
  readonly lastFailure?: InstanceFailure
}

export interface InstanceFailure {
  readonly reason: 'out-of-memory' | 'hung' | 'crashed'
  /** `out of memory: it held 190 MB and its flavor allows 128 MB`. */
  readonly message: string
  readonly atMs: number
}

export type TryOutcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  /** No data node is connected: the version could not be tried. */
  | { readonly kind: 'no-node' }

/** The data nodes as control sees them. */
export interface Nodes {
  /** A revision was committed: send it to every node now. */
  announce(revision: number): void
  /** Resolves when every live node has applied the revision, or after `timeoutMs` with the laggards. */
  applied(revision: number, timeoutMs: number): Promise<Propagation>
  /** Where a committed revision has got to. */
  standing(revision: number): RevisionStanding
  /** Instances per function id, summed over the nodes that answer. */
  status(): Promise<ReadonlyMap<string, InstanceCounts>>
  /** The same of each node that answers, by its name. */
  statusByNode(): Promise<ReadonlyMap<string, Readonly<Record<string, InstanceCounts>>>>
  /** The newest wanted lines of a function over all nodes, newest last. */
  logs(functionId: string, query: LogQuery): Promise<LogLine[]>
  /**
   * The newest wanted lines and those that come, or all after the cursor, from every node that is there
   * or comes. Ends when the function is removed or the signal is given.
   */
  followLogs(
    functionId: string,
    query: LogQuery,
    cursor: LogCursor | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<FollowedLogs>
  /** Starts an instance of the version on a node and keeps it, so that the first call finds it. */
  tryVersion(route: Route): Promise<TryOutcome>
}

/** Where the feed's content comes from: the store. */
export interface FeedSource {
  /** The newest committed revision; 0 when nothing was ever changed. */
  revision(): Promise<number>
  /**
   * Everything as of one revision, each part read when it is asked for, while changes go on. Who does not
   * read to the end must turn away (`return`), or what it is read from is held open.
   */
  snapshot(): AsyncGenerator<SnapshotPart>
  /** All that came after `revision` in one change; undefined when the log no longer reaches back so far. */
  changesSince(revision: number): Promise<Change | undefined>
}

/** What a data node serves by. */
export interface NodeState {
  readonly revision: number
  readonly routes: readonly Route[]
  readonly keys: KeyTableWriter
}

/** The first is `begin`; none takes long to read or to send. */
export type SnapshotPart =
  /** `keys` is how many will come. */
  | { readonly kind: 'begin'; readonly revision: number; readonly keys: number }
  | { readonly kind: 'routes'; readonly routes: readonly Route[] }
  /** `json` is an array of `KeyEntry`. */
  | { readonly kind: 'keys'; readonly json: Uint8Array }
