import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { reapLeftovers, writePidFile } from '../../src/engine/leftovers.ts'
import { processStat, signalGroup } from '../../src/engine/process-group.ts'
import { plainPrefix } from '../../src/sandbox/plain-sandbox.ts'
import { Harness, waitFor } from './harness.ts'

const hasProc = existsSync('/proc/self/stat')
let folder = ''
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-left-'))
})

afterEach(async () => {
  // With what the child itself has started.
  for (const child of children.splice(0)) signalGroup(child.pid!, 'SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

function start(
  script: string,
  name: string,
  home = join(folder, name, 'tmp'),
): { child: ChildProcess; exited: Promise<unknown> } {
  const instanceFolder = join(folder, name)
  mkdirSync(instanceFolder, { recursive: true })
  const child = spawn('sh', ['-c', script], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, HOME: home },
  })
  children.push(child)
  writePidFile(instanceFolder, child.pid!)
  return { child, exited: new Promise((resolve) => child.once('exit', resolve)) }
}

describe.skipIf(!hasProc)('reapLeftovers (needs /proc)', () => {
  test('ends the process of the pid file and removes its folder', async () => {
    const { exited } = start('sleep 1000; true', 'aaaa')
    expect(reapLeftovers(folder)).toEqual({ ended: 1 })
    await exited
    expect(readdirSync(folder)).toEqual([])
  })

  test('ends what a dead instance had started', async () => {
    const { child, exited } = start('sleep 1000 & exit 0', 'bbbb')
    await exited
    const members = () =>
      readdirSync('/proc').filter((pid) => processStat(pid)?.groupId === child.pid)
    expect(members()).toHaveLength(1)
    expect(reapLeftovers(folder)).toEqual({ ended: 1 })
    await waitFor(() => expect(members()).toEqual([]))
  })

  test('ends what a dead instance had started outside of its group', async () => {
    const { child, exited } = start('setsid sleep 1000 & exec sleep 1000', 'ffff')
    const members = () => processesWith(join(folder, 'ffff'))
    await waitFor(() => expect(members()).toHaveLength(2))
    child.kill('SIGKILL')
    await exited
    expect(reapLeftovers(folder)).toEqual({ ended: 1 })
    await waitFor(() => expect(members()).toEqual([]))
  })

  test('leaves another process alone that has got the same id', async () => {
    const { child } = start('sleep 1000; true', 'cccc', '/tmp')
    await writeFile(join(folder, 'cccc', 'pid'), `${child.pid} 1\n`)
    expect(reapLeftovers(folder)).toEqual({ ended: 0 })
    expect(processStat(child.pid!)).toBeDefined()
    expect(readdirSync(folder)).toEqual([])
  })

  test('a folder is removed whatever a function has left in it', async () => {
    const locked = join(folder, 'gggg', 'tmp', 'locked')
    mkdirSync(join(locked, 'deeper'), { recursive: true })
    chmodSync(locked, 0)
    // Whoever opens it waits for a writer.
    execFileSync('mkfifo', [join(folder, 'gggg', 'pid')])
    expect(reapLeftovers(folder)).toEqual({ ended: 0 })
    expect(readdirSync(folder)).toEqual([])
  })

  test('a folder without a whole pid file is only removed', async () => {
    mkdirSync(join(folder, 'dddd'))
    mkdirSync(join(folder, 'eeee'))
    await writeFile(join(folder, 'eeee', 'pid'), '12')
    expect(reapLeftovers(folder)).toEqual({ ended: 0 })
    expect(readdirSync(folder)).toEqual([])
  })
})

function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(text)
    } catch {
      // Ended meanwhile.
      return false
    }
  })
}

function programOf(pid: string): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]!
}

const canDieWithParent = plainPrefix().length > 0

test.skipIf(!canDieWithParent)(
  'an instance that hangs dies with a killed engine (needs setpriv)',
  async () => {
    const harness = await Harness.create()
    try {
      const route = await harness.route('for (;;);\n')
      const script = fileURLToPath(new URL('./engine-process.ts', import.meta.url))
      const child = spawn(process.execPath, [script, harness.root, JSON.stringify(route)], {
        detached: true,
        stdio: 'inherit',
      })
      children.push(child)
      // Past the command that asks for the death signal, or nothing has been asked for yet.
      await waitFor(() => expect(harness.processes().map(programOf)).toEqual([process.execPath]))
      child.kill('SIGKILL')
      await waitFor(() => expect(harness.processes()).toEqual([]))
    } finally {
      await harness.close()
    }
  },
)
