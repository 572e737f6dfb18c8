import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cleanUp, startServer, TEST_TOKEN, tempDataDir } from '../../test/helpers/server.ts'
import type { Entry, Step } from './story.ts'

const ROOT = join(import.meta.dirname, '../..')
const SECRET = /lk_[0-9A-Za-z]{49}/g
/** The scheduler of notices looks at least once a minute. */
const PATIENCE_MS = 90_000

/** Until then a call is not counted, and would be taken for one of the next entry's day. */
const COUNTED_MS = 7_000

const run = promisify(execFile)

/** The entries as Markdown, with what the commands have printed. No secret is in it. */
export async function runDiary(story: readonly Entry[], library: string): Promise<string> {
  const dataDir = tempDataDir()
  const clock = join(dataDir, 'clock')
  const setClock = (date: string) => writeFileSync(clock, `@${date}:00`)
  setClock(story[0]!.date)
  const time = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    TZ: 'UTC',
  }
  const server = await startServer({ dataDir, env: time })
  try {
    const shell = new Shell(join(dataDir, 'diary'), server, time)
    const pages: string[] = []
    for (const entry of story) {
      await sleep(COUNTED_MS)
      setClock(entry.date)
      pages.push(await write(entry, shell))
      console.log(entry.date)
    }
    return pages.filter((page) => page !== '').join('\n')
  } finally {
    await cleanUp(server)
  }
}

async function write({ date, title, text, steps }: Entry, shell: Shell): Promise<string> {
  const shown: string[] = []
  for (const step of steps) {
    const output = await shell.type(step)
    if (!step.hidden) shown.push(`$ ${step.run}`, ...(output === '' ? [] : [output]))
  }
  if (title === undefined) return ''
  const day = date.slice(0, 10)
  const session = shown.length === 0 ? [] : ['', '```console', ...shown, '```']
  const words = text === '' ? [] : ['', text]
  return [`### ${day}: ${title}`, ...words, ...session, ''].join('\n')
}

/** A terminal with the variables that the diary's commands use. */
class Shell {
  readonly #folder: string
  readonly #environment: Record<string, string | undefined>
  readonly #shown: readonly (readonly [string, string])[]

  constructor(
    folder: string,
    server: { readonly apiUrl: string; readonly gatewayUrl: string },
    time: Record<string, string>,
  ) {
    this.#folder = folder
    const bin = join(folder, 'bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(
      join(bin, 'latchkey'),
      `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'bin/latchkey.js')}' "$@"\n`,
      { mode: 0o755 },
    )
    this.#environment = {
      PATH: `${bin}:${process.env.PATH}`,
      HOME: folder,
      ...time,
      LATCHKEY_URL: server.apiUrl,
      LATCHKEY_TOKEN: TEST_TOKEN,
      GATEWAY: server.gatewayUrl,
    }
    this.#shown = [
      [server.apiUrl, 'http://127.0.0.1:8080'],
      [server.gatewayUrl, 'http://127.0.0.1:8081'],
    ]
  }

  /** What the command printed; with `until`, of the first try that printed that. */
  async type({ run: command, until, keep, fails = false }: Step): Promise<string> {
    const giveUpAtMs = performance.now() + PATIENCE_MS
    for (;;) {
      const { output, failed } = await this.#run(command)
      if (failed !== fails) throw new Error(`${command}\n${output}`)
      if (until === undefined || until.test(output)) {
        if (keep !== undefined) this.#keep(keep, output)
        return this.#cleaned(output)
      }
      if (performance.now() > giveUpAtMs) throw new Error(`${command} never printed ${until}`)
      await sleep(500)
    }
  }

  async #run(command: string): Promise<{ output: string; failed: boolean }> {
    try {
      const options = { cwd: this.#folder, env: this.#environment }
      const { stdout, stderr } = await run('/bin/bash', ['-c', command], options)
      return { output: stdout + stderr, failed: false }
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
      return { output: stdout + stderr, failed: true }
    }
  }

  #keep({ name, from }: NonNullable<Step['keep']>, output: string): void {
    const found = from.exec(output)
    if (found === null) throw new Error(`nothing like ${from} was printed`)
    this.#environment[name] = found[0]
  }

  #cleaned(output: string): string {
    let text = output.replaceAll(SECRET, 'lk_…').replaceAll(/[ ]+$/gm, '').trimEnd()
    for (const [is, shown] of this.#shown) text = text.replaceAll(is, shown)
    return text
  }
}
