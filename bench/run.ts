/**
 * `npm run bench` measures and writes `docs/benchmarks.md`; `npm run bench -- --quick` makes one short
 * round of each measurement, prints the page and writes nothing.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { documentOf } from './document/document.ts'
import { summaryOf } from './document/summary.ts'
import { measureAll } from './measure-all.ts'
import { FULL, QUICK } from './plan.ts'
import { Scratch } from './tools/scratch.ts'

const DOCUMENT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url))
const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 }

const args = process.argv.slice(2)
if (args.some((arg) => arg !== '--quick')) {
  process.stderr.write('usage: npm run bench [-- --quick]\n')
  process.exit(2)
}
await run(args.includes('--quick'))

async function run(quick: boolean): Promise<void> {
  const scratch = new Scratch()
  for (const [signal, code] of Object.entries(EXIT_BY_SIGNAL)) {
    process.once(signal, () => scratch.close().finally(() => process.exit(code)))
  }
  try {
    const results = await measureAll(scratch, quick ? QUICK : FULL, (line) => {
      process.stderr.write(`${line}\n`)
    })
    if (quick) {
      process.stdout.write(documentOf(results))
      return
    }
    writeFileSync(DOCUMENT, documentOf(results))
    process.stdout.write(`${summaryOf(results)}\nWritten to docs/benchmarks.md\n`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n${scratch.tails()}\n`)
    process.exitCode = 1
  } finally {
    await scratch.close()
  }
}
