import { PublicError } from '../domain/errors.ts'
import type { BuildStatus } from '../domain/function.ts'
import { deferred, withTimeout } from '../lib/deferred.ts'
import { type BuildStanding, findBuild } from '../store/function-builds.ts'
import type { BuildFeed } from './build-feed.ts'
import type { ControlDeps } from './deps.ts'
import { requireFunction } from './functions.ts'
import { noFunction } from './scope.ts'
import type { BuildNews, BuildUseCases } from './versions-control.ts'

const WATCHERS_OF_ONE_MAX = 50
const WATCHERS_MAX = 500
/** For what another process of control does; our own tells. */
const LOOK_AGAIN_MS = 2_000

export function buildUseCases(deps: ControlDeps, feed: BuildFeed): BuildUseCases {
  const { db } = deps.store
  return {
    async get(scope, name) {
      const fn = await requireFunction(db, scope, name)
      const standing = await findBuild(db, fn.id)
      if (standing === undefined) throw noFunction(name)
      return standing
    },

    async follow(scope, name, after, signal) {
      const fn = await requireFunction(db, scope, name)
      const { own, all } = feed.watcherCounts(fn.id)
      if (own >= WATCHERS_OF_ONE_MAX || all >= WATCHERS_MAX) {
        throw new PublicError('too_many_streams')
      }
      return follow(deps, feed, fn.id, parseEventId(after), signal)
    },
  }
}

/** A place in the lines of a function's builds. */
interface Place {
  readonly generation: number
  readonly number: number
}

async function* follow(
  { store }: Pick<ControlDeps, 'store'>,
  feed: BuildFeed,
  functionId: string,
  from: Place | undefined,
  signal: AbortSignal,
): AsyncGenerator<BuildNews> {
  let place: Place = from ?? { generation: 0, number: 0 }
  let told: BuildStatus | undefined
  let news = deferred<void>()
  const stopWatching = feed.watch(functionId, () => news.resolve())
  const onAbort = () => news.resolve()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      news = deferred<void>()
      // First how it stands, then the lines: when it says that it has ended, all lines are there.
      const standing = await findBuild(store.db, functionId)
      if (standing === undefined) return yield { kind: 'end', status: 'deleted' }
      const { generation, status } = standing
      if (place.generation !== generation) place = { generation, number: 0 }
      if (status !== told) yield { kind: 'status', status }
      told = status
      for (const line of linesAfter(feed, functionId, standing, place.number)) {
        place = { generation, number: line.number }
        yield { kind: 'line', id: `${generation}-${line.number}`, text: line.text }
      }
      if (status === 'succeeded' || status === 'failed') return yield { kind: 'end', status }
      if (!signal.aborted) await withTimeout(news.promise, LOOK_AGAIN_MS, undefined)
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    stopWatching()
  }
}

/** From memory, else from the text that the function keeps: the server was started again meanwhile. */
function linesAfter(
  feed: BuildFeed,
  functionId: string,
  { generation, message }: BuildStanding,
  number: number,
) {
  const remembered = feed.after(functionId, generation, number)
  if (remembered !== undefined) return remembered
  return message
    .split('\n')
    .filter((text) => text !== '')
    .map((text, i) => ({ number: i + 1, text }))
    .slice(number)
}

function parseEventId(text: string | undefined): Place | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '')
  return match === null ? undefined : { generation: Number(match[1]), number: Number(match[2]) }
}
