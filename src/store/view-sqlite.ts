import Database, { type Statement } from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import type { KeyPage, StoreView } from './dialect.ts'
import type { Tables } from './tables.ts'

/** Pages are read once and in order: little of them is worth keeping. */
const CACHE_KIB = 2048

/**
 * The keys as the database itself puts the JSON together. As rows and objects they take twice as much time,
 * as its `json_object` half as much again, and objects must be collected too. For pages of keys that are not
 * marked, see `MARKED`.
 */
const PLAIN_PAGE = `
  select max(id), cast('[' || group_concat(concat(
    '{"keyId":', json_quote(id),
    ',"projectId":', project_id,
    ',"name":', json_quote(name),
    ',"digest":', json_quote(digest),
    ',"expireMs":', json_quote(expire_ms),
    ',"functionIds":', (select json_group_array(function_id) from grants where key_id = page.id),
    '}'
  ), ',') || ']' as blob)
  from (
    select id, project_id, name, digest, expire_ms from keys where id > ? order by id limit ?
  ) as page`

/** Terms of the partial indexes, word for word. */
const IS_MARKED =
  '(not_before_ms is not null or disabled_at_ms is not null or old_digest is not null)'
const IS_LIMITED = `(methods <> '[]' or paths <> '[]')`

/** Whether any of the keys after one and up to another has what a plain page does not tell. */
const MARKED = `
  select exists (select 1 from keys where id > :after and id <= :last and ${IS_MARKED})
    or exists (select 1 from namespace_grants where key_id > :after and key_id <= :last)
    or exists (select 1 from grants where key_id > :after and key_id <= :last and ${IS_LIMITED})`

/** What is null adds nothing to a `concat`, and makes all null that it is joined with by `||`. */
const FULL_PAGE = `
  select max(id), cast('[' || group_concat(concat(
    case when old_digest is not null then concat(
      who, ',"digest":', json_quote(old_digest), ',"expireMs":', old_expire_ms, rest, ',"isOld":true},'
    ) end,
    who, ',"digest":', json_quote(digest), ',"expireMs":', json_quote(expire_ms), rest,
    case when old_digest is not null then ',"hasOld":true' end,
    case when old_digest is not null and rotation_used_at_ms is null then ',"isAwaited":true' end,
    '}'
  ), ',') || ']' as blob)
  from (
    select id, digest, expire_ms, old_digest, rotation_used_at_ms,
      min(
        coalesce(expire_ms, rotation_hard_end_ms), rotation_hard_end_ms,
        coalesce(rotation_used_at_ms + 1000 * rotation_grace_seconds, rotation_hard_end_ms)
      ) as old_expire_ms,
      concat(
        '{"keyId":', json_quote(id), ',"projectId":', project_id, ',"name":', json_quote(name)
      ) as who,
      concat(
        ',"functionIds":', (
          select json_group_array(function_id order by function_id) from grants
          where key_id = keys.id and not ${IS_LIMITED}
        ),
        ',"namespaceIds":' || nullif((
          select json_group_array(namespace_id order by namespace_id) from namespace_grants
          where key_id = keys.id and not ${IS_LIMITED}
        ), '[]'),
        ',"limited":' || nullif((
          select json_group_array(
            json_object('id', id, 'methods', json(methods), 'paths', json(paths)) order by kind, id
          ) from (
            select 0 as kind, function_id as id, methods, paths from grants
            where key_id = keys.id and ${IS_LIMITED}
            union all
            select 1, namespace_id, methods, paths from namespace_grants
            where key_id = keys.id and ${IS_LIMITED}
          )
        ), '[]'),
        ',"notBeforeMs":' || not_before_ms,
        case when disabled_at_ms is not null then ',"isDisabled":true' end
      ) as rest
    from keys where id > ? order by id limit ?
  )`

/** Writers go on meanwhile, but what they write cannot be moved from the log into the file. */
export function openSqliteView(path: string): StoreView {
  const database = new Database(path, { readonly: true })
  try {
    database.pragma(`cache_size = -${CACHE_KIB}`)
    const pages = new KeyPages(database)
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
    database.exec('begin')
    return {
      db,
      keyPage: async (afterId, limit) => pages.read(afterId, limit),
      close: () => db.destroy(),
    }
  } catch (error) {
    database.close()
    throw error
  }
}

/** Reads pages the quick way as long as none has a marked key, and where most have one at once the other way. */
class KeyPages {
  readonly #plain: Statement<[string, number], KeyPageRow>
  readonly #full: Statement<[string, number], KeyPageRow>
  readonly #marked: Statement<[{ after: string; last: string }], number>
  #isMarked = false

  constructor(database: Database.Database) {
    this.#plain = database.prepare<[string, number], KeyPageRow>(PLAIN_PAGE).raw()
    this.#full = database.prepare<[string, number], KeyPageRow>(FULL_PAGE).raw()
    this.#marked = database.prepare<[{ after: string; last: string }], number>(MARKED).pluck()
  }

  read(afterId: string, limit: number): KeyPage | undefined {
    const isFull = this.#isMarked
    const [lastId, json] = (isFull ? this.#full : this.#plain).get(afterId, limit) as KeyPageRow
    if (lastId === null) return undefined
    this.#isMarked = this.#marked.get({ after: afterId, last: lastId }) === 1
    if (isFull || !this.#isMarked) return { lastId, json }
    return { lastId, json: (this.#full.get(afterId, limit) as KeyPageRow)[1] }
  }
}

type KeyPageRow = readonly [lastId: string | null, json: Uint8Array]
