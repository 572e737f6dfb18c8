import type Database from 'better-sqlite3'
import type {
  CallAnswer,
  CallPage,
  CallQuery,
  CallRequest,
  CallRun,
  CallState,
  CallView,
  CallWithAnswer,
  NewCall,
} from '../domain/calls.ts'

interface CallRow {
  id: string
  function_id: string
  key_id: string | null
  key_digest: string | null
  trigger_name: string | null
  state: CallState
  method: string
  target: string
  body_bytes: number
  bytes: number
  attempts: number
  uncounted: number
  kills: number
  accepted_ms: number
  started_ms: number | null
  due_ms: number | null
  ended_ms: number | null
  expires_ms: number | null
  status: number | null
  code: string | null
  answer_kept: number
}

interface PayloadRow {
  request: string | null
  body: Buffer | null
  answer_headers: string | null
  answer_too_large: number | null
  answer_body: Buffer | null
}

/** A try that is about to begin, and what is known of those before. */
export interface ClaimedCall {
  readonly run: CallRun
  /** Tries that count, this one included. */
  readonly counted: number
  readonly kills: number
  readonly bytes: number
}

/** What a call that goes, or changes, was and took. */
export interface Trace {
  readonly id: string
  readonly functionId: string
  readonly state: CallState
  readonly bytes: number
}

export interface CallEnd {
  readonly state: 'succeeded' | 'failed' | 'dead'
  readonly code: string | null
  readonly answer: CallAnswer | null
  readonly endedMs: number
  readonly expiresMs: number
}

/** The statements on the tables of calls. Those that write belong into a transaction. */
export class CallTable {
  readonly #db: Database.Database
  readonly #statements = new Map<string, Database.Statement>()

  constructor(db: Database.Database) {
    this.#db = db
  }

  /** False when the id is known. */
  insert(id: string, call: NewCall, bytes: number, nowMs: number): boolean {
    const { functionId, keyId, keyDigest, trigger, request, body } = call
    const { changes } = this.#prepared(
      `insert into calls (id, function_id, key_id, key_digest, trigger_name, state, method, target,
         body_bytes, bytes, accepted_ms, due_ms)
       values (?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    ).run(
      ...[id, functionId, keyId, keyDigest, trigger, request.method, request.target],
      ...[body?.byteLength ?? 0, bytes, nowMs, nowMs],
    )
    if (changes === 0) return false
    this.#prepared('insert into payloads (id, request, body) values (?, ?, ?)').run(
      id,
      JSON.stringify(request),
      body === null ? null : asBuffer(body),
    )
    return true
  }

  /** The calls of a function that have waited longest. */
  waiting(functionId: string, limit: number): { id: string; dueMs: number }[] {
    return this.#prepared(
      `select id, due_ms as dueMs from calls where function_id = ? and due_ms is not null
       order by due_ms, id limit ?`,
    ).all(functionId, limit) as { id: string; dueMs: number }[]
  }

  /** Undefined when it does not wait any more. */
  claim(id: string, nowMs: number): ClaimedCall | undefined {
    const row = this.#prepared(
      `update calls set state = 'running', attempts = attempts + 1, started_ms = ?, due_ms = null
       where id = ? and due_ms is not null returning *`,
    ).get(nowMs, id) as CallRow | undefined
    if (row === undefined) return undefined
    const payload = this.#payload(id)!
    const { function_id: functionId, key_id: keyId, key_digest: keyDigest } = row
    const request = JSON.parse(payload.request!) as CallRequest
    const call = { functionId, keyId, keyDigest, trigger: row.trigger_name, request }
    return {
      run: { id, attempt: row.attempts, call: { ...call, body: payload.body } },
      counted: row.attempts - row.uncounted,
      kills: row.kills,
      bytes: row.bytes,
    }
  }

  /** It waits again. False when it was deleted meanwhile. */
  retry(id: string, dueMs: number, answer: CallAnswer | null, code: string | null): boolean {
    const { changes } = this.#prepared(
      `update calls set state = 'retrying', due_ms = ?, status = ?, code = ?
       where id = ? and state = 'running'`,
    ).run(dueMs, answer?.status ?? null, code, id)
    return changes === 1
  }

  /** The same after a try that does not count. */
  again(id: string, dueMs: number): boolean {
    const { changes } = this.#prepared(
      `update calls set state = 'retrying', due_ms = ?, uncounted = uncounted + 1
       where id = ? and state = 'running'`,
    ).run(dueMs, id)
    return changes === 1
  }

  /** Undefined when it was deleted meanwhile. What is dead keeps its request, to be tried again. */
  end(id: string, { state, code, answer, endedMs, expiresMs }: CallEnd): number | undefined {
    const isDead = state === 'dead'
    this.#prepared(
      `update payloads set answer_headers = ?, answer_too_large = ?, answer_body = ?,
         request = case when ? then request end, body = case when ? then body end
       where id = ?`,
    ).run(
      answer === null ? null : JSON.stringify(answer.headers),
      answer?.isTooLarge === true ? 1 : 0,
      answer === null ? null : asBuffer(answer.body),
      ...[Number(isDead), Number(isDead), id],
    )
    const kept = answer === null ? 0 : answer.body.byteLength + headerBytes(answer)
    const row = this.#prepared(
      `update calls set state = ?, code = ?, status = ?, ended_ms = ?, expires_ms = ?, answer_kept = ?,
         bytes = case when ? then bytes else 0 end + ?
       where id = ? and state = 'running' returning bytes`,
    ).get(
      ...[state, code, answer?.status ?? null, endedMs, expiresMs],
      Number(answer?.isTooLarge === false),
      ...[Number(isDead), kept, id],
    ) as { bytes: number } | undefined
    return row?.bytes
  }

  /** A dead one waits again, with all its tries before it. Undefined when it is not dead. */
  revive(id: string, nowMs: number): Trace | undefined {
    return this.#trace(
      `update calls set state = 'retrying', due_ms = ?, ended_ms = null, expires_ms = null,
         uncounted = attempts, kills = 0, answer_kept = 0
       where id = ? and state = 'dead' returning *`,
      [nowMs, id],
    )
  }

  /** Undefined when there was none in one of these states. */
  remove(id: string, states: readonly CallState[]): Trace | undefined {
    const marks = states.map(() => '?').join(', ')
    const gone = this.#trace(`delete from calls where id = ? and state in (${marks}) returning *`, [
      id,
      ...states,
    ])
    if (gone !== undefined) this.#prepared('delete from payloads where id = ?').run(id)
    return gone
  }

  removeExpired(nowMs: number, limit: number): Trace[] {
    const rows = this.#prepared(
      `delete from calls where id in (select id from calls where expires_ms <= ? limit ?)
       returning *`,
    ).all(nowMs, limit) as CallRow[]
    const payload = this.#prepared('delete from payloads where id = ?')
    for (const { id } of rows) payload.run(id)
    return rows.map(traceOf)
  }

  /** Those that ran when the process ended wait again; too often, and they are dead. */
  recover(nowMs: number, killsMax: number, expiresMs: number): void {
    this.#prepared(
      `update calls set state = 'dead', code = 'interrupted', ended_ms = ?, expires_ms = ?, kills = 0
       where state = 'running' and kills >= ?`,
    ).run(nowMs, expiresMs, killsMax)
    this.#prepared(
      `update calls set state = 'retrying', due_ms = ?, uncounted = uncounted + 1, kills = kills + 1
       where state = 'running'`,
    ).run(nowMs)
  }

  /** Over all calls there are. */
  sums(): { functionId: string; state: CallState; count: number; bytes: number }[] {
    return this.#prepared(
      `select function_id as functionId, state, count(*) as count, sum(bytes) as bytes from calls
       group by function_id, state`,
    ).all() as { functionId: string; state: CallState; count: number; bytes: number }[]
  }

  view(id: string): CallView | undefined {
    const row = this.#prepared('select * from calls where id = ?').get(id) as CallRow | undefined
    return row === undefined ? undefined : viewOf(row)
  }

  find(id: string): CallWithAnswer | undefined {
    const view = this.view(id)
    if (view === undefined) return undefined
    if (view.endedAtMs === null || view.status === null) return { view, answer: null }
    const { answer_headers: headers, answer_body: body, answer_too_large } = this.#payload(id)!
    if (headers === null) return { view, answer: null }
    const answer = {
      status: view.status,
      headers: JSON.parse(headers) as string[],
      body: body ?? new Uint8Array(),
      isTooLarge: answer_too_large === 1,
    }
    return { view, answer }
  }

  list({ functionId, state, limit, offset }: CallQuery): CallPage {
    const where = `from calls where function_id = ?${state === undefined ? '' : ' and state = ?'}`
    const values = state === undefined ? [functionId] : [functionId, state]
    const rows = this.#prepared(
      `select * ${where} order by accepted_ms desc, id desc limit ? offset ?`,
    ).all(...values, limit, offset) as CallRow[]
    const { count } = this.#prepared(`select count(*) as count ${where}`).get(...values) as {
      count: number
    }
    return { count, results: rows.map(viewOf) }
  }

  #payload(id: string): PayloadRow | undefined {
    return this.#prepared('select * from payloads where id = ?').get(id) as PayloadRow | undefined
  }

  #trace(sql: string, values: readonly (string | number)[]): Trace | undefined {
    const row = this.#prepared(sql).get(...values) as CallRow | undefined
    return row === undefined ? undefined : traceOf(row)
  }

  #prepared(sql: string): Database.Statement {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

/** What a call takes on the disk, about. */
export function bytesOf({ request, body }: Pick<NewCall, 'request' | 'body'>): number {
  const { url, target, fields, callerFields } = request
  const texts = url.length + target.length + fields.length + callerFields.length
  return texts + (body?.byteLength ?? 0)
}

function headerBytes({ headers }: CallAnswer): number {
  return headers.reduce((sum, text) => sum + text.length, 0)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function traceOf(row: CallRow): Trace {
  return { id: row.id, functionId: row.function_id, state: row.state, bytes: row.bytes }
}

function viewOf(row: CallRow): CallView {
  return {
    id: row.id,
    functionId: row.function_id,
    keyId: row.key_id,
    trigger: row.trigger_name,
    state: row.state,
    method: row.method,
    target: row.target,
    bodyBytes: row.body_bytes,
    attempts: row.attempts,
    acceptedAtMs: row.accepted_ms,
    startedAtMs: row.started_ms,
    dueAtMs: row.due_ms,
    endedAtMs: row.ended_ms,
    expiresAtMs: row.expires_ms,
    status: row.status,
    code: row.code,
    isAnswerKept: row.answer_kept === 1,
  }
}
