/**
 * `npm run bench` measures everything and writes `docs/benchmarks.md`. With `-- --only <name>` it makes
 * that measurement alone, with `-- --quick` one short round of each; it then prints the page and writes
 * nothing.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArguments, usage } from './arguments.ts'
import { CATALOG } from './catalog.ts'
import { documentOf } from './document/document.ts'
import { summaryOf } from './document/summary.ts'
import { measureAll } from './measure-all.ts'
import { FULL, QUICK } from './plan.ts'
import type { Scratch } from './tools/scratch.ts'

const DOCUMENT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url))
const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 }

const args = process.argv.slice(2)
const names = CATALOG.map(({ name }) => name)
const wish = parseArguments(args, names)
if (wish === undefined) {
  process.stderr.write(usage(names))
  process.exit(2)
}
await run(wish)

async function run({ quick, only }: NonNullable<typeof wish>): Promise<void> {
  let scratch: Scratch | undefined
  let isEnding = false
  for (const [signal, code] of Object.entries(EXIT_BY_SIGNAL)) {
    process.once(signal, () => {
      isEnding = true
      Promise.resolve(scratch?.close()).finally(() => process.exit(code))
    })
  }
  const results = await measureAll({
    plan: quick ? QUICK : FULL,
    measurements: CATALOG.filter(({ name }) => only.length === 0 || only.includes(name)),
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    say: (line) => process.stderr.write(`${line}\n`),
    opened: (opened) => {
      if (isEnding) throw new Error('the benchmark was ended')
      scratch = opened
    },
  })
  if (results.sections.some(({ outcome }) => outcome.kind === 'failed')) process.exitCode = 1
  if (quick || only.length > 0) {
    process.stdout.write(documentOf(results))
    return
  }
  writeFileSync(DOCUMENT, documentOf(results))
  process.stdout.write(`${summaryOf(results.sections)}\nWritten to docs/benchmarks.md\n`)
}
