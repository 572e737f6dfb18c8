import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findSandbox, isolationFault } from '../../src/sandbox/find.ts'
import { Identities } from '../../src/sandbox/identities.ts'
import { type Confinement, GUARANTEES, type Sandbox } from '../../src/sandbox/sandbox.ts'
import { seccompFilter } from '../../src/sandbox/seccomp.ts'
import { machineSandbox } from '../helpers/sandbox.ts'

const machine = await machineSandbox()
const isNamespaced = machine.sandbox.level === 'namespaced'
const needs = isNamespaced ? '' : ' (needs level namespaced)'
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-find-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
afterAll(() => machine.close())

describe('finding a sandbox', () => {
  test('takes the plain one when the settings say so, and names everything that does not hold', async () => {
    const sandbox = await find('process')
    expect(sandbox).toMatchObject({ level: 'process', isEnclosed: false })
    expect(sandbox.findings.map(({ name }) => name)).toEqual(Object.keys(GUARANTEES))
    expect(sandbox.findings.filter(({ holds }) => holds)).toEqual([])
  })

  test('refuses less than what is demanded, with what is missing and what to install', async () => {
    const sandbox = await find('process')
    expect(isolationFault(sandbox, 'auto')).toBeUndefined()
    expect(isolationFault(sandbox, 'namespaced')).toMatch(
      /^LATCHKEY_ISOLATION demands .* \(user, files, .*\).* apt-get install bubblewrap slirp4netns/,
    )
  })

  test.skipIf(!isNamespaced)(`says that a folder is seen which should not be${needs}`, async () => {
    const hidden = '/usr/share'
    const sandbox = await findSandbox({
      wanted: 'auto',
      folder,
      hidden: [hidden],
      preparedNetworks: 0,
    })
    await sandbox.close()
    expect(sandbox.level).toBe('process')
    expect(sandbox.findings.filter(({ holds }) => !holds)).toEqual([
      { name: 'files', holds: false, reason: `it sees ${hidden}` },
    ])
    expect(isolationFault(sandbox, 'namespaced')).toContain(hidden)
  })
})

describe.skipIf(!isNamespaced)(`a process in the sandbox${needs}`, () => {
  test('says by its exit code how the program ended, and takes all that it started with it', async () => {
    expect(await exitCode('exit 7')).toBe(7)
    expect(await exitCode('kill -SEGV $$')).toBe(128 + 11)
  })

  test('has an account, a home that it can write, and names to resolve', async () => {
    const said = await run(
      'id -un; pwd; touch /tmp/x && echo wrote; grep -c nameserver /etc/resolv.conf',
    )
    expect(said).toBe('function\n/tmp\nwrote\n1\n')
  })

  test('sees a folder of ours where it is put, and cannot write it unless it may', async () => {
    const shown = join(folder, 'shown')
    mkdirSync(shown)
    chmodSync(shown, 0o755)
    writeFileSync(join(shown, 'a'), 'text', { mode: 0o644 })
    const at = { from: shown, to: '/shown' }
    const script = 'cat /shown/a; echo more > /shown/b && echo wrote'
    const folders = [{ ...at, writable: false }]
    expect(await run(script, { folders })).toBe('text')
    await machine.sandbox.giveToBuilds(shown)
    const wrote = await run(script, { purpose: 'build', folders: [{ ...at, writable: true }] })
    expect(wrote).toBe('textwrote\n')
    await machine.sandbox.takeFromBuilds(shown)
    expect(statSync(join(shown, 'b')).uid).toBe(process.getuid!())
    expect(existsSync(join(shown, 'b'))).toBe(true)
  })

  test('has no network at all where it is to have none', async () => {
    expect(
      await run('ls /sys/class/net 2>/dev/null; cat /proc/net/route | wc -l', { network: 'none' }),
    ).toBe('1\n')
    expect(await run('grep -c tap0 /proc/net/route', { network: 'outbound' })).not.toBe('0\n')
  })
})

test('users of instances follow each other in a range that the user namespace has', () => {
  const large = new Identities(true, '0 0 4294967295\n')
  const [a, b] = [large.next(), large.next()]
  expect(a.kind).toBe('own-user')
  expect(new Set([a.id, b.id, large.ofBuilds.id]).size).toBe(3)
  expect(a.id).toBeGreaterThan(1_900_000_000)
  const small = new Identities(true, '0 100000 65536\n')
  expect(small.next().id).toBeLessThan(65_536)
  expect(new Identities(false, '').next()).toEqual({ kind: 'namespace', id: 1000 })
})

test('there is a filter for the processors that are known, and none for others', () => {
  expect(seccompFilter('x64')!.length % 8).toBe(0)
  expect(seccompFilter('arm64')!.length % 8).toBe(0)
  expect(seccompFilter('riscv64')).toBeUndefined()
})

function find(wanted: 'process'): Promise<Sandbox> {
  return findSandbox({ wanted, folder, hidden: [], preparedNetworks: 0 })
}

function start(script: string, rest: Partial<Confinement>) {
  const own = mkdtempSync(join(folder, 'own-'))
  return machine.sandbox.spawn(
    {
      purpose: 'instance',
      command: '/bin/sh',
      args: ['-c', script],
      environment: { PATH: '/usr/bin:/bin', HOME: '/tmp' },
      readOnly: [],
      folders: [],
      workingFolder: '/tmp',
      network: 'none',
      limits: { processes: 64, openFiles: 256, fileBytes: 2 ** 20, dataBytes: 2 ** 28 },
      tempBytes: 2 ** 20,
      memoryFolders: [],
      ownFolder: own,
      ...rest,
    },
    ['ignore', 'pipe', 'pipe'],
  )
}

async function run(script: string, rest: Partial<Confinement> = {}): Promise<string> {
  const child = start(script, rest)
  child.stderr!.resume()
  return text(child.stdout!)
}

async function exitCode(script: string): Promise<number> {
  const child = start(script, {})
  const [code] = await once(child, 'exit')
  return code
}
