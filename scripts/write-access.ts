/** Writes the table in docs/operators.md from what the routes ask for. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ACCESS } from '../src/api/access.ts'
import type { Permission } from '../src/domain/role.ts'
import { replaceMarked } from './marked-part.ts'

const ROOT = join(import.meta.dirname, '..')
const PATH = join(ROOT, 'docs/operators.md')
const MARKS = {
  begin: '<!-- access: written by scripts/write-access.ts -->',
  end: '<!-- end of access -->',
}

interface Operation {
  readonly operationId: string
  readonly summary: string
}

/** The page with its table made anew. */
export function renderPage(page: string): string {
  return replaceMarked(page, MARKS, renderTable())
}

function renderTable(): string {
  const { paths } = JSON.parse(readFileSync(join(ROOT, 'openapi.json'), 'utf8')) as {
    paths: Record<string, Record<string, Operation>>
  }
  const rows = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { operationId, summary }]) => {
      const permission = ACCESS[operationId]
      if (permission === undefined) return []
      const route = `\`${method.toUpperCase()} ${path}\``
      return [`| ${route} | ${summary} | ${wordsOf(permission)} |`]
    }),
  )
  return ['| route | what it does | asks for |', '|---|---|---|', ...rows, ''].join('\n')
}

function wordsOf(permission: Permission): string {
  if (permission === 'anyone') return 'anyone'
  if (permission === 'operator') return 'known'
  const [place, role] = permission.split(':')
  if (place === 'listed') return `lists as ${role}`
  return place === 'server' ? `${role} of all projects` : `${role} of the project`
}

if (import.meta.main) writeFileSync(PATH, renderPage(readFileSync(PATH, 'utf8')))
