/** Writes the table in docs/http.md from the cases that are tested. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SMUGGLING_GROUPS, type SmugglingCase } from '../test/gateway/smuggling-cases.ts'
import { replaceMarked } from './marked-part.ts'

const PATH = join(import.meta.dirname, '../docs/http.md')
const MARKS = {
  begin: '<!-- cases: written by scripts/write-http-docs.ts -->',
  end: '<!-- end of cases -->',
}

/** The page with its table made anew. */
export function renderPage(page: string): string {
  return replaceMarked(page, MARKS, renderGroups())
}

function renderGroups(): string {
  return SMUGGLING_GROUPS.map(({ title, cases }) => {
    const rows = cases.map((each) => `| ${each.name} | ${answerOf(each)} |`)
    return [`### ${title}`, '', '| what is sent | answer |', '|---|---|', ...rows, ''].join('\n')
  }).join('\n')
}

function answerOf({ status, isOpenAfter }: SmugglingCase): string {
  return isOpenAfter ? String(status) : `${status}, closed`
}

if (import.meta.main) writeFileSync(PATH, renderPage(readFileSync(PATH, 'utf8')))
