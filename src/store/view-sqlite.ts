import Database from 'better-sqlite3'
import { Kysely, SqliteDialect } from 'kysely'
import type { KeyPage, StoreView } from './dialect.ts'
import type { Tables } from './tables.ts'

/** Pages are read once and in order: little of them is worth keeping. */
const CACHE_KIB = 2048

/**
 * The keys as the database itself puts the JSON together. As rows and objects they take twice as much time,
 * as its `json_object` half as much again, and objects must be collected too.
 */
const KEY_PAGE = `
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

/** Writers go on meanwhile, but what they write cannot be moved from the log into the file. */
export function openSqliteView(path: string): StoreView {
  const database = new Database(path, { readonly: true })
  try {
    database.pragma(`cache_size = -${CACHE_KIB}`)
    const keyPage = database.prepare<[string, number], KeyPageRow>(KEY_PAGE).raw()
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })
    database.exec('begin')
    return {
      db,
      async keyPage(afterId, limit): Promise<KeyPage | undefined> {
        const [lastId, json] = keyPage.get(afterId, limit) as KeyPageRow
        return lastId === null ? undefined : { lastId, json }
      },
      close: () => db.destroy(),
    }
  } catch (error) {
    database.close()
    throw error
  }
}

type KeyPageRow = readonly [lastId: string | null, json: Uint8Array]
