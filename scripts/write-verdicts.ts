/** Writes the tables in docs/verdicts.md from what a gateway answers. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GatewayUnderTest } from '../test/gateway/harness.ts'
import { ADDRESSES, FUNCTIONS, GRANTS, STATES } from '../test/gateway/verdict-cases.ts'
import { askForVerdicts, askRaw, type VerdictMatrix } from '../test/gateway/verdict-matrix.ts'
import { replaceMarked } from './marked-part.ts'

export const VERDICTS_PAGE = join(import.meta.dirname, '../docs/verdicts.md')
const MARKS = {
  begin: '<!-- verdicts: written by scripts/write-verdicts.ts -->',
  end: '<!-- end of verdicts -->',
}

/** The page with its tables made anew. */
export function renderVerdicts(page: string, matrix: VerdictMatrix): string {
  return replaceMarked(page, MARKS, `${stateTable(matrix)}\n${addressTable(matrix)}`)
}

function stateTable({ states }: VerdictMatrix): string {
  const rows = STATES.map(({ name }, i) => [name, ...cells(Object.values(states[i]!))])
  const columns = ['the key', ...Object.values(FUNCTIONS)]
  return `### The key and the function: \`GET\` of its endpoint\n\n${table(columns, rows)}`
}

function addressTable({ addresses, preflight }: VerdictMatrix): string {
  const rows = ADDRESSES.map(({ method, path, note }, i) => {
    const request = `\`${method} …${path}\`${note === undefined ? '' : ` (${note})`}`
    return [request, ...cells(Object.values(addresses[i]!))]
  })
  const columns = ['the request', ...Object.values(GRANTS).map(({ name }) => name)]
  const title = '### Method and address: a function that wants a key, by what the key was given'
  const asked = `A preflight of any of them, which browsers send without the key: ${cells([preflight])[0]}.`
  return `${title}\n\n${table(columns, rows)}\n${asked}\n`
}

/** `401 key_required` as the page shows it. */
function cells(answers: readonly string[]): string[] {
  return answers.map((answer) => answer.replace(/ (\w+)$/, ' `$1`'))
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [columns, columns.map(() => '---'), ...rows]
  return `${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`
}

if (import.meta.main) {
  await using gateway = await GatewayUnderTest.start()
  const matrix = await askForVerdicts(gateway, askRaw(gateway.port))
  writeFileSync(VERDICTS_PAGE, renderVerdicts(readFileSync(VERDICTS_PAGE, 'utf8'), matrix))
}
