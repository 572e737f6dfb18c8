import { PublicError } from '../domain/errors.ts'
import { versionId } from '../domain/function.ts'
import { type FollowedLogs, type LogLine, TooManyFollowers } from '../feed/log-query.ts'
import { deployedVersions } from '../store/function-versions.ts'
import { findFunctionById } from '../store/functions.ts'
import type { ControlDeps } from './deps.ts'
import { requireFunction } from './functions.ts'
import type { FollowedLogsView, FunctionUseCases } from './functions-control.ts'

type LogUseCases = Pick<FunctionUseCases, 'logs' | 'followLogs'>

const FOLLOWERS_MAX = 200
/** Also when nothing is heard from a node: the function may be gone, and no node be there to say so. */
const CHECK_EVERY_MS = 5_000

export function logUseCases(deps: ControlDeps): LogUseCases {
  const { nodes, store } = deps
  let followers = 0

  async function* follow(...asked: Parameters<typeof nodes.followLogs>) {
    const [functionId] = asked
    followers += 1
    try {
      yield* numbered(deps, functionId, nodes.followLogs(...asked))
    } catch (error) {
      if (error instanceof TooManyFollowers) throw new PublicError('too_many_streams')
      throw error
    } finally {
      followers -= 1
    }
  }

  return {
    async logs(scope, name, query) {
      const fn = await requireFunction(store.db, scope, name)
      const lines = await nodes.logs(fn.id, query)
      const numbers = new VersionNumbers(deps, fn.id)
      const views = []
      for (const line of lines) views.push({ ...line, versionNumber: await numbers.of(line) })
      return views
    },

    async followLogs(scope, name, query, cursor, signal) {
      const fn = await requireFunction(store.db, scope, name)
      if (followers >= FOLLOWERS_MAX) throw new PublicError('too_many_streams')
      return follow(fn.id, query, cursor, signal)
    },
  }
}

async function* numbered(
  deps: ControlDeps,
  functionId: string,
  news: AsyncGenerator<FollowedLogs>,
): AsyncGenerator<FollowedLogsView> {
  const numbers = new VersionNumbers(deps, functionId)
  let checkedAtMs = performance.now()
  for await (const one of news) {
    if (one.kind === 'line') {
      yield { ...one, line: { ...one.line, versionNumber: await numbers.of(one.line) } }
    } else yield one
    if (performance.now() - checkedAtMs < CHECK_EVERY_MS) continue
    checkedAtMs = performance.now()
    if ((await findFunctionById(deps.store.db, functionId)) === undefined) {
      return yield { kind: 'removed' }
    }
  }
}

/** Which of the function's versions wrote a line, as far as it is still known. */
class VersionNumbers {
  readonly #deps: Pick<ControlDeps, 'store'>
  readonly #functionId: string
  #known = new Map<string, number>()
  /** Looked for and not found: tried before its deployment was complete, or kept no more. */
  #unknown = new Map<string, number>()

  constructor(deps: Pick<ControlDeps, 'store'>, functionId: string) {
    this.#deps = deps
    this.#functionId = functionId
  }

  async of({ versionId: id }: LogLine): Promise<number | null> {
    if (id === '') return null
    const lookedAtMs = this.#unknown.get(id)
    const isFresh = lookedAtMs !== undefined && performance.now() - lookedAtMs < CHECK_EVERY_MS
    if (!this.#known.has(id) && !isFresh) await this.#look(id)
    return this.#known.get(id) ?? null
  }

  async #look(id: string): Promise<void> {
    const versions = await deployedVersions(this.#deps.store.db, this.#functionId)
    this.#known = new Map(
      versions.map(({ number, deployed }) => [versionId(deployed).slice(0, id.length), number]),
    )
    if (!this.#known.has(id)) this.#unknown.set(id, performance.now())
  }
}
