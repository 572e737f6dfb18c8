import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CgroupPlace, findCgroups, prepareCgroups } from '../../src/sandbox/cgroups.ts'

let root: string
let own: string
let place: CgroupPlace

/** A folder like the kernel's, without the kernel. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lk-cgroups-'))
  own = join(root, 'system.slice/latchkey.service')
  mkdirSync(own, { recursive: true })
  write('cgroup.controllers', 'cpuset cpu io memory pids\n')
  write('cgroup.procs', '11\n12\n')
  place = { root, self: '0::/system.slice/latchkey.service\n' }
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('preparing control groups', () => {
  test('moves the own processes into a group and gives the controllers to those beside it', () => {
    expect(prepareCgroups(place, () => true)).toBeUndefined()
    expect(read('latchkey/cgroup.procs')).toBe('12')
    expect(read('cgroup.subtree_control')).toBe('+memory +cpu +pids')
  })

  test('takes them back when a limit has no effect', () => {
    expect(prepareCgroups(place, () => false)).toMatch(/got more memory/)
    expect(read('cgroup.subtree_control')).toBe('-memory -cpu -pids')
  })

  test('says which controllers are not delegated', () => {
    write('cgroup.controllers', 'cpu pids\n')
    expect(prepareCgroups(place, () => true)).toBe('the controllers memory are not delegated')
  })

  test.each([
    ['the root group', '0::/\n'],
    ['hierarchies of version 1 beside it', '4:memory:/x\n0::/system.slice/latchkey.service\n'],
    ['no groups at all', ''],
  ])('does nothing with %s', (_what, self) => {
    expect(prepareCgroups({ root, self }, () => true)).toBe(
      'there is no control group of version 2',
    )
  })
})

test('leaves alone what is no service: a terminal has others in its group', () => {
  const self = '0::/user.slice/session-1.scope\n'
  expect(prepareCgroups({ root, self }, () => true)).toMatch(/not run as a service/)
})

describe('an instance', () => {
  test('gets the limits of its flavor, and is known to have passed them', () => {
    write('cgroup.subtree_control', 'cpu memory pids\n')
    mkdirSync(join(own, 'latchkey'))
    const cgroups = findCgroups({ root, self: '0::/system.slice/latchkey.service/latchkey\n' })!
    const limits = { memoryBytes: 134_217_728, processes: 512 }
    const group = cgroups.create('1a2b', limits)
    group.add(4711)
    group.limitCpu(80)
    expect(read('latchkey-1a2b/memory.max')).toBe('134217728')
    expect(read('latchkey-1a2b/memory.swap.max')).toBe('0')
    expect(read('latchkey-1a2b/cpu.max')).toBe('8000 100000')
    expect(read('latchkey-1a2b/pids.max')).toBe('512')
    expect(read('latchkey-1a2b/cgroup.procs')).toBe('4711')
    write('latchkey-1a2b/memory.events', 'oom 1\noom_kill 0\n')
    expect(group.wasOutOfMemory).toBe(false)
    write('latchkey-1a2b/memory.events', 'oom 1\noom_kill 3\n')
    expect(group.wasOutOfMemory).toBe(true)
  })

  test('has none where nothing was prepared', () => {
    expect(findCgroups(place)).toBeUndefined()
    write('cgroup.subtree_control', 'cpu\n')
    const self = '0::/system.slice/latchkey.service/latchkey\n'
    expect(findCgroups({ root, self })).toBeUndefined()
  })
})

function write(file: string, text: string): void {
  writeFileSync(join(own, file), text)
}

function read(file: string): string {
  return readFileSync(join(own, file), 'utf8')
}
