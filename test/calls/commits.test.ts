import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { Commits } from '../../src/calls/commits.ts'

function open() {
  const db = new Database(':memory:')
  db.exec('create table t (id integer primary key, data blob)')
  const insert = db.prepare('insert into t (data) values (?)')
  const count = () => (db.prepare('select count(*) as n from t').get() as { n: number }).n
  return { db, count, add: (bytes: number) => insert.run(Buffer.alloc(bytes)).lastInsertRowid }
}

describe('writes', () => {
  it('of one turn are one transaction, and each is told what it wrote', async () => {
    const { db, add } = open()
    const commits = new Commits(db)
    const inside: boolean[] = []
    const ids = await Promise.all(
      [1, 2, 3].map(() =>
        commits.add(() => {
          inside.push(db.inTransaction)
          return Number(add(10))
        }),
      ),
    )
    expect(ids).toEqual([1, 2, 3])
    expect(inside).toEqual([true, true, true])
    expect(db.inTransaction).toBe(false)
  })

  it('that do not fit onto the disk do not take the others with them', async () => {
    const { db, count, add } = open()
    const commits = new Commits(db)
    db.pragma('max_page_count = 20')
    const outcomes = await Promise.allSettled(
      [100, 1_000_000, 100].map((bytes) => commits.add(() => add(bytes))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((outcomes[1] as PromiseRejectedResult).reason).toMatchObject({ code: 'SQLITE_FULL' })
    expect(count()).toBe(2)
    await commits.add(() => add(100))
    expect(count()).toBe(3)
  })
})
