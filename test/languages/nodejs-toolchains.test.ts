import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NodeToolchains, OWN_MAJOR } from '../../src/languages/nodejs-toolchains.ts'

let folder = ''
let bin = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lk-toolchains-'))
  bin = join(folder, 'bin')
  await mkdir(bin)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const home = (): string => join(folder, 'toolchains')

/** With an npm that is a script of ours: what it is called with is in `calls`, what it leaves is up to `script`. */
async function withNpm(script: string): Promise<NodeToolchains> {
  const npm = join(bin, 'npm')
  await writeFile(npm, `#!/bin/sh\necho "$@" >> ${join(folder, 'calls')}\n${script}\n`)
  await chmod(npm, 0o755)
  return new NodeToolchains({ folder: home(), environment: { PATH: `${bin}:/usr/bin:/bin` } })
}

/** Leaves a package whose program says that it is that version. */
const installs = (version: string): string => `
for last; do :; done
at="node_modules/\${last%@*}"
mkdir -p "$at/bin" "$at/include/node" "$at/share"
printf '#!/bin/sh\\necho v${version}\\n' > "$at/bin/node"
chmod 755 "$at/bin/node"`

const calls = async (): Promise<number> => {
  return (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n').length
}

describe('a Node that is wanted', () => {
  test('and is our own is there', async () => {
    const toolchains = new NodeToolchains({ folder: null, environment: {} })
    expect(await toolchains.prepare(OWN_MAJOR)).toEqual({
      kind: 'ready',
      command: process.execPath,
    })
    expect(toolchains.ready()).toEqual([OWN_MAJOR])
    expect(toolchains.canFetch()).toBe(false)
  })

  test('is fetched once, however many want it, and kept without what functions have no use for', async () => {
    const toolchains = await withNpm(installs('18.2.0'))
    expect(toolchains.canFetch()).toBe(true)
    expect(toolchains.isReady(18)).toBe(false)
    const lines: string[] = []
    const all = await Promise.all(
      Array.from({ length: 5 }, () => toolchains.prepare(18, (line) => lines.push(line))),
    )
    const command = join(home(), 'nodejs18', 'bin', 'node')
    for (const outcome of all) expect(outcome).toEqual({ kind: 'ready', command })
    expect(lines[0]).toBe('Fetching Node 18')
    expect(lines.at(-1)).toMatch(/^Fetched Node 18\.2\.0 in \d+\.\d s$/)
    expect(await readdir(join(home(), 'nodejs18'))).toEqual(['bin'])
    expect(await readdir(home())).toEqual(['nodejs18'])
    expect(toolchains.ready()).toEqual([OWN_MAJOR, 18])

    lines.length = 0
    expect(await toolchains.prepare(18, (line) => lines.push(line))).toMatchObject({ command })
    expect(lines).toEqual([])
    expect(await calls()).toBe(1)
  })

  test('and that another process has fetched meanwhile is taken as it is', async () => {
    const toolchains = await withNpm(
      `${installs('18.2.0')}\nmkdir -p ${home()}/nodejs18/bin && printf other > ${home()}/nodejs18/bin/node`,
    )
    expect(await toolchains.prepare(18)).toMatchObject({ kind: 'ready' })
    expect(await readdir(home())).toEqual(['nodejs18'])
  })

  test('replaces a folder that has lost its program', async () => {
    const toolchains = await withNpm(installs('18.2.0'))
    await mkdir(join(home(), 'nodejs18', 'bin'), { recursive: true })
    expect(await toolchains.prepare(18)).toMatchObject({ kind: 'ready' })
    expect(toolchains.isReady(18)).toBe(true)
  })
})

describe('a Node that cannot be fetched', () => {
  test.each([
    [
      'says so in npm’s own words',
      'echo "npm error code ETARGET" >&2; echo "npm error notarget No matching version found for it." >&2; exit 1',
      'Node 18 could not be fetched: No matching version found for it.',
    ],
    [
      'is not kept when it is of another version',
      installs('17.1.0'),
      'Node 18 could not be fetched: asked for its version it said "v17.1.0"',
    ],
    [
      'is not kept when it does not start',
      `${installs('18.0.0')}\nchmod 644 "$at/bin/node"`,
      /^Node 18 could not be fetched: .*EACCES/,
    ],
    ['is not kept when it is not there', 'true', /^Node 18 could not be fetched: .*ENOENT/],
  ])('%s', async (_title, script, message) => {
    const toolchains = await withNpm(script)
    const outcome = await toolchains.prepare(18)
    expect(outcome).toEqual({
      kind: 'failed',
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })
    expect(await readdir(home())).toEqual([])
    expect(toolchains.ready()).toEqual([OWN_MAJOR])
  })

  test('is tried again by the next who wants it', async () => {
    const once = `[ -e ${folder}/once ] || { touch ${folder}/once; exit 1; }`
    const toolchains = await withNpm(`${once}\n${installs('18.2.0')}`)
    expect((await toolchains.prepare(18)).kind).toBe('failed')
    expect((await toolchains.prepare(18)).kind).toBe('ready')
  })

  test('for lack of npm says that', async () => {
    const toolchains = new NodeToolchains({ folder: home(), environment: { PATH: bin } })
    expect(toolchains.canFetch()).toBe(false)
    expect(await toolchains.prepare(18)).toEqual({
      kind: 'failed',
      message: 'Node 18 could not be fetched: npm is not on this machine',
    })
  })

  test('because all stops leaves nothing', async () => {
    const stop = new AbortController()
    const toolchains = await withNpm(`touch ${folder}/begun; exec sleep 60`)
    const outcome = toolchains.prepare(18, undefined, stop.signal)
    while (!existsSync(join(folder, 'begun'))) await new Promise(setImmediate)
    stop.abort()
    expect(await outcome).toEqual({
      kind: 'failed',
      message: 'Node 18 could not be fetched: the server stops',
    })
    expect(await readdir(home())).toEqual([])
  })
})

test('what a process that is gone left half is removed, what another one makes is not', async () => {
  const gone = 2 ** 22 + 1
  for (const name of [
    `.draft-${gone}-18-a`,
    `.draft-${process.ppid}-18-b`,
    '.draft-x',
    'nodejs18',
  ]) {
    await mkdir(join(home(), name, 'bin'), { recursive: true })
  }
  await writeFile(join(home(), 'nodejs18', 'bin', 'node'), '')
  const toolchains = new NodeToolchains({ folder: home(), environment: {} })
  expect((await readdir(home())).sort()).toEqual(
    ['.draft-x', `.draft-${process.ppid}-18-b`, 'nodejs18'].sort(),
  )
  expect(toolchains.ready()).toEqual([OWN_MAJOR, 18])
})
