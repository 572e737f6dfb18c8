import { SYSTEM_ACTOR } from '../domain/audit.ts'
import { formatToken } from '../domain/token.ts'
import { type ChangeHandle, change } from '../store/change.ts'
import { countUp } from '../store/counters.ts'
import { readMark, setMark } from '../store/marks.ts'
import type { Store } from '../store/open.ts'
import { insertProject, insertRegion } from '../store/projects.ts'
import { deleteToken, findToken, listTokens } from '../store/tokens.ts'
import { makeToken } from './tokens.ts'

/*
 * The mark `first-start` in the store:
 *
 *   absent --(project, region, token: one transaction)--> the token's id, or `no token`
 *          --(everything was shown)--> `shown`
 *
 * Until it is `shown`, nobody has seen the secrets, so a start that finds it half-way replaces them.
 */
const MARK = 'first-start'
const NO_TOKEN = 'no token'
const SHOWN = 'shown'
const TOKEN_NAME = 'first-start'

export interface FirstStart {
  /** Whether the first start is still to be shown to its operator. */
  readonly pending: boolean
  /** `<id>$<secret>`; absent when the operator has one already. */
  readonly token?: string
}

/**
 * Sees to it that there is a project, a region and a token that somebody knows. A store that has
 * lost its last token (the setting that brought it is gone) gets a new one too.
 */
export async function ensureFoundation(
  store: Store,
  options: { readonly hasAdminToken: boolean },
): Promise<FirstStart> {
  const mark = await readMark(store.db, MARK)
  if (mark === SHOWN) {
    const lost = !options.hasAdminToken && (await listTokens(store.db)).length === 0
    return { pending: false, ...(lost ? await newToken(store, async () => {}) : {}) }
  }
  if (mark === undefined) return { pending: true, ...(await createAll(store, options)) }
  if (options.hasAdminToken) return { pending: true }
  return {
    pending: true,
    ...(await newToken(store, (handle) => removeUnseenToken(handle, mark))),
  }
}

/** The secrets of the first start were shown: they are never replaced again. */
export async function markFirstStartShown(store: Store): Promise<void> {
  await store.db.transaction().execute((trx) => setMark(trx, MARK, SHOWN))
}

interface NewToken {
  /** `<id>$<secret>`. */
  readonly token: string
}

async function createAll(
  store: Store,
  { hasAdminToken }: { readonly hasAdminToken: boolean },
): Promise<NewToken | undefined> {
  if (!hasAdminToken) {
    return await newToken(store, createPlaces)
  }
  await change(store, { actor: SYSTEM_ACTOR }, async (handle) => {
    await createPlaces(handle)
    await setMark(handle.trx, MARK, NO_TOKEN)
  })
  return undefined
}

/** A token that only the returned value knows, and what has to happen with it, in one transaction. */
async function newToken(
  store: Store,
  before: (handle: ChangeHandle) => Promise<void>,
): Promise<NewToken> {
  const { value } = await change(store, { actor: SYSTEM_ACTOR }, async (handle) => {
    await before(handle)
    const { token, secret } = await makeToken(handle, TOKEN_NAME)
    await setMark(handle.trx, MARK, String(token.id))
    return { id: token.id, secret }
  })
  return { token: formatToken(value) }
}

async function createPlaces({ trx, nowMs, revision, audit }: ChangeHandle): Promise<void> {
  const id = await countUp(trx, 'project_id')
  const project = { id, name: 'default', description: null, isDefault: true, createdAtMs: nowMs }
  await insertProject(trx, project, revision)
  await insertRegion(trx, { id: 1, displayName: 'local', createdAtMs: nowMs })
  audit({ action: 'project.created', entityId: String(id), entityName: project.name })
}

async function removeUnseenToken({ trx, audit }: ChangeHandle, mark: string): Promise<void> {
  const found = mark === NO_TOKEN ? undefined : await findToken(trx, Number(mark))
  if (found === undefined) return
  await deleteToken(trx, found.token.id)
  audit({ action: 'token.deleted', entityId: mark, entityName: found.token.name })
}
