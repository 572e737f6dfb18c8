import { ApiError } from '../../../src/client/errors.ts'
import { serverErrors } from '../ui/server-errors.ts'
import type { HeaderFault } from './header-rows.tsx'
import { rowIds, type TestDraft } from './test-request.ts'

const FIELDS = ['method', 'path', 'key', 'body'] as const

export interface TestFaults extends Partial<Record<(typeof FIELDS)[number], string>> {
  /** By the row's id. */
  readonly headers: Readonly<Record<number, HeaderFault>>
  /** What stands at no field. */
  readonly rest: unknown
}

/** The server's refusals at the fields of the form that they name. */
export function testFaultsOf(error: unknown, draft: TestDraft): TestFaults {
  const ids = rowIds(draft)
  const fields = error instanceof ApiError ? error.fields.map(({ field }) => field) : []
  const known = fields.filter((field) => {
    const row = /^headers\.(\d+)\.(?:name|value)$/.exec(field)
    return row !== null && ids[Number(row[1])] !== undefined
  })
  const { placed, rest } = serverErrors(error, [...FIELDS, ...known])
  const headers: Record<number, { name?: string; value?: string }> = {}
  for (const field of known) {
    const [, row, part] = field.split('.') as [string, string, 'name' | 'value']
    const id = ids[Number(row)]!
    headers[id] = { ...headers[id], [part]: placed[field]! }
  }
  return { ...pick(placed), headers, rest }
}

function pick(placed: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    FIELDS.flatMap((field) => (placed[field] === undefined ? [] : [[field, placed[field]]])),
  )
}
