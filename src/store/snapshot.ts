import type { SnapshotPart } from '../feed/nodes.ts'
import { nextTurn } from '../lib/next-turn.ts'
import { readCounter } from './counters.ts'
import type { Db } from './dialect.ts'
import type { Store } from './open.ts'
import { readRoutes } from './routes.ts'

/* A part is read in a few milliseconds at most: nothing else is done meanwhile. Longer ones are no faster, and
 * leave a node ten megabytes larger. */
const ROUTES_A_PART = 200
const KEYS_A_PART = 100
const KEYS_COUNTED_AT_ONCE = 50_000

/**
 * Everything as of one revision, in parts that are read when they are asked for, while changes go on.
 * Until the last part, or until who reads turns away, the database keeps what was changed meanwhile apart.
 */
export async function* readSnapshot(store: Pick<Store, 'openView'>): AsyncGenerator<SnapshotPart> {
  const view = store.openView()
  try {
    const revision = await readCounter(view.db, 'revision')
    yield { kind: 'begin', revision, keys: await countKeys(view.db) }
    for (let afterId: string | undefined = ''; afterId !== undefined; ) {
      const routes = await readRoutes(view.db, { afterId, limit: ROUTES_A_PART })
      if (routes.length > 0) yield { kind: 'routes', routes }
      afterId = routes.at(-1)?.functionId
    }
    for (let afterId = ''; ; ) {
      const page = await view.keyPage(afterId, KEYS_A_PART)
      if (page === undefined) return
      yield { kind: 'keys', json: page.json }
      afterId = page.lastId
    }
  } finally {
    await view.close()
  }
}

/** In steps too: of a million keys the count alone would take a tenth of a second. */
async function countKeys(db: Db): Promise<number> {
  let keys = 0
  for (let afterId: string | null = ''; afterId !== null; ) {
    const step: CountStep = await countStep(db, afterId)
    keys += step.keys
    afterId = step.last_id
    await nextTurn()
  }
  return keys
}

interface CountStep {
  readonly keys: number
  /** Null when there were none. */
  readonly last_id: string | null
}

function countStep(db: Db, afterId: string): Promise<CountStep> {
  const some = db
    .selectFrom('keys')
    .select('id')
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(KEYS_COUNTED_AT_ONCE)
  return db
    .selectFrom(some.as('some'))
    .select(({ fn }) => [fn.countAll<number>().as('keys'), fn.max('id').as('last_id')])
    .executeTakeFirstOrThrow()
}
