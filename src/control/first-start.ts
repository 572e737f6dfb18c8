import { SYSTEM_ACTOR } from '../domain/audit.ts'
import { formatToken } from '../domain/token.ts'
import { type ChangeHandle, change } from '../store/change.ts'
import { countUp } from '../store/counters.ts'
import type { Db } from '../store/dialect.ts'
import { readMark, setMark } from '../store/marks.ts'
import type { Store } from '../store/open.ts'
import { hasOwner } from '../store/owners.ts'
import { insertProject, insertRegion } from '../store/projects.ts'
import { deleteToken, findToken } from '../store/tokens.ts'
import { makeToken, ownerToken } from './tokens.ts'

/*
 * How far the first start is, in a mark of the store:
 *
 *   absent --(project, region, token: one transaction)--> `begun`
 *   `begun` --(everything was shown)--> `shown` --(the last owner is gone: a new token)--> `recovering`
 *   `recovering` --(the token was shown)--> `shown`
 *
 * Until it is `shown`, nobody has seen the token, so a start that finds it half-way replaces it.
 */
const MARK = 'first-start'
const TOKEN_NAME = 'first-start'

interface Progress {
  readonly stage: 'begun' | 'recovering' | 'shown'
  /** The token that was made and not shown yet. */
  readonly tokenId: number | null
}

export interface FirstStart {
  /** Whether the first start is still to be shown to its operator. */
  readonly pending: boolean
  /** `<id>$<secret>`; absent when the operator has one already. */
  readonly token?: string
}

/**
 * Sees to it that there is a project, a region and a token that somebody knows. A store that has
 * lost its last owner (the setting that brought it is gone) gets a new token too.
 */
export async function ensureFoundation(
  store: Store,
  options: { readonly hasAdminToken: boolean },
): Promise<FirstStart> {
  const found = await readProgress(store.db)
  const stage = await nextStage(store, found, options.hasAdminToken)
  const pending = stage === 'begun'
  const wantsToken = stage !== 'shown' && !options.hasAdminToken
  if (found !== undefined && !wantsToken) return { pending }
  const { value: token } = await change(store, { actor: SYSTEM_ACTOR }, async (handle) => {
    if (found === undefined) await createPlaces(handle)
    await removeUnseenToken(handle, found)
    const made = wantsToken ? await makeToken(handle, ownerToken(TOKEN_NAME)) : undefined
    await writeProgress(handle, { stage, tokenId: made?.token.id ?? null })
    return made && formatToken({ id: made.token.id, secret: made.secret })
  })
  return { pending, ...(token === undefined ? {} : { token }) }
}

/** The secrets were shown: they are never replaced again. */
export async function markFirstStartShown(store: Store): Promise<void> {
  await store.db
    .transaction()
    .execute((trx) => writeProgress({ trx }, { stage: 'shown', tokenId: null }))
}

async function nextStage(
  { db, clock }: Store,
  found: Progress | undefined,
  hasAdminToken: boolean,
): Promise<Progress['stage']> {
  if (found === undefined) return 'begun'
  if (found.stage !== 'shown') return found.stage
  const lost = !hasAdminToken && !(await hasOwner(db, clock.now()))
  return lost ? 'recovering' : 'shown'
}

async function readProgress(db: Db): Promise<Progress | undefined> {
  const mark = await readMark(db, MARK)
  return mark === undefined ? undefined : (JSON.parse(mark) as Progress)
}

async function writeProgress(
  { trx }: Pick<ChangeHandle, 'trx'>,
  progress: Progress,
): Promise<void> {
  await setMark(trx, MARK, JSON.stringify(progress))
}

async function createPlaces({ trx, nowMs, revision, audit }: ChangeHandle): Promise<void> {
  const id = await countUp(trx, 'project_id')
  const project = { id, name: 'default', description: null, isDefault: true, createdAtMs: nowMs }
  await insertProject(trx, project, revision)
  await insertRegion(trx, { id: 1, displayName: 'local', createdAtMs: nowMs })
  audit({
    action: 'project.created',
    entityId: String(id),
    entityName: project.name,
    scope: { projectId: id },
    after: { description: project.description },
  })
}

async function removeUnseenToken(
  { trx, audit }: ChangeHandle,
  progress: Progress | undefined,
): Promise<void> {
  const tokenId = progress?.tokenId ?? null
  const found = tokenId === null ? undefined : await findToken(trx, tokenId)
  if (found === undefined) return
  const { id, name } = found.token
  await deleteToken(trx, id)
  audit({ action: 'token.deleted', entityId: String(id), entityName: name })
}
