import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'

export interface Slice {
  readonly limit: number
  readonly offset: number
}

export interface PageOf<T> {
  /** The total before paging. */
  readonly count: number
  readonly results: T[]
}

/** How many rows a query without order and bounds has. */
// biome-ignore lint/suspicious/noExplicitAny: which tables are joined does not matter for counting
export async function countRows(query: SelectQueryBuilder<any, any, any>): Promise<number> {
  const row = await query
    .clearSelect()
    .select(sql<number>`count(*)`.as('rows'))
    .executeTakeFirstOrThrow()
  return Number((row as { rows: number | string }).rows)
}

/** Whether the column holds `text` as it is: no wildcards, no folding of case. */
export function nameContains(column: string, text: string): RawBuilder<SqlBool> {
  // `replace` is the one such function that SQLite and PostgreSQL share; it finds no empty text.
  if (text === '') return sql<SqlBool>`1 = 1`
  return sql<SqlBool>`replace(${sql.ref(column)}, ${text}, '') <> ${sql.ref(column)}`
}
