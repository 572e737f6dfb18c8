/**
 * `npm run dev`: the server, started again when a source file changes. Node's own `--watch` tells its
 * grandchildren and threads to report what they import, over channels that are theirs to use.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const WATCHED = ['bin', 'src', 'runtimes']
/** An editor writes a file in several steps. */
const SETTLE_MS = 150

let server = start()
let settling: NodeJS.Timeout | undefined
let restarting = Promise.resolve()

for (const folder of WATCHED) {
  watch(join(ROOT, folder), { recursive: true }, () => {
    clearTimeout(settling)
    settling = setTimeout(() => {
      restarting = restarting.then(restart)
    }, SETTLE_MS)
  })
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    await restarting
    await stop(server)
    process.exit(0)
  })
}

function start(): ChildProcess {
  const args = [join(ROOT, 'bin/latchkey.js'), 'serve', ...process.argv.slice(2)]
  return spawn(process.execPath, args, { stdio: 'inherit' })
}

async function restart(): Promise<void> {
  await stop(server)
  console.log('a source file changed: starting again')
  server = start()
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
