import { note, printChunk } from '../output.ts'
import { openServerSession } from '../session.ts'
import { type FilterFlags, filtersOf } from './filters.ts'

const NEWLINE = 10

export async function exportAudit(flags: FilterFlags): Promise<void> {
  const { client } = openServerSession(flags)
  let rows = 0
  for await (const chunk of client.audit.export(filtersOf(flags))) {
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) rows += 1
    await printChunk(chunk)
  }
  note(`${rows} rows.`)
}
