/** Writes the table in docs/http.md from the cases that are tested. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SMUGGLING_GROUPS, type SmugglingCase } from '../test/gateway/smuggling-cases.ts'

const PATH = join(import.meta.dirname, '../docs/http.md')
const BEGIN = '<!-- cases: written by scripts/write-http-docs.ts -->'
const END = '<!-- end of cases -->'

/** The page with its table made anew. */
export function renderPage(page: string): string {
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${PATH} has lost its marks`)
  return `${before}${BEGIN}\n\n${renderGroups()}\n${END}${after}`
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
