/**
 * `npm run dev`: the server, started again when a source file changes, and the portal, built again when one of its
 * files does. Node's own `--watch` tells its
 * grandchildren and threads to report what they import, over channels that are theirs to use.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const WATCHED = ['bin', 'src', 'runtimes']
const PORTAL = ['portal/src', 'portal/public', 'src/client', 'src/domain', 'src/lib']
/** An editor writes a file in several steps. */
const SETTLE_MS = 150

await buildPortal()
let server = start()
let settling: NodeJS.Timeout | undefined
let restarting = Promise.resolve()
let building: NodeJS.Timeout | undefined
let built = Promise.resolve()

for (const folder of WATCHED) {
  watch(join(ROOT, folder), { recursive: true }, () => {
    clearTimeout(settling)
    settling = setTimeout(() => {
      restarting = restarting.then(restart)
    }, SETTLE_MS)
  })
}
for (const folder of PORTAL) {
  watch(join(ROOT, folder), { recursive: true }, () => {
    clearTimeout(building)
    building = setTimeout(() => {
      built = built.then(buildPortal)
    }, SETTLE_MS)
  })
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    await Promise.all([restarting, built])
    await stop(server)
    process.exit(0)
  })
}

/** In a process of its own, so that a changed build is the one that runs. */
async function buildPortal(): Promise<void> {
  const args = [join(ROOT, 'scripts/build-portal.ts'), '--optional']
  await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit')
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
