import { readdirSync, readFileSync, statfsSync } from 'node:fs'

/** What the kernel keeps for an empty file. */
const INODE_BYTES = 1024
const KB = 1024

/**
 * What the processes inside hold of the machine's memory, in bytes, and what lies in their folders in
 * memory. Pages that several of them share count for each: more than there is, never less.
 * @param pid of any process inside, as we see it
 * @returns undefined when it has ended, or where this cannot be seen
 */
export function enclosedMemory(pid: number, folders: readonly string[]): number | undefined {
  const root = `/proc/${pid}/root`
  try {
    let sum = 0
    for (const folder of folders) sum += folderBytes(`${root}${folder}`)
    for (const inner of processesIn(`${root}/proc`)) sum += privateBytes(`${root}/proc/${inner}`)
    return sum
  } catch {
    // Ended meanwhile.
    return undefined
  }
}

/** The same with shared pages divided among those that share them: exact, and a hundred times slower. */
export function exactEnclosedMemory(pid: number, folders: readonly string[]): number | undefined {
  const root = `/proc/${pid}/root`
  try {
    let sum = 0
    for (const folder of folders) sum += folderBytes(`${root}${folder}`)
    for (const inner of processesIn(`${root}/proc`)) sum += shareBytes(`${root}/proc/${inner}`)
    return sum
  } catch {
    // Ended meanwhile.
    return undefined
  }
}

/** Of one process and what it has started, by its main thread. */
export function openMemory(pid: number, exact: boolean): number | undefined {
  let sum: number | undefined
  const waiting = [pid]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = `/proc/${next}`
    const bytes = exact ? shareBytes(folder) : privateBytes(folder)
    sum = (sum ?? 0) + bytes
    waiting.push(...childrenOf(next))
  }
  return sum
}

function processesIn(proc: string): string[] {
  return readdirSync(proc).filter((name) => /^\d+$/.test(name))
}

function folderBytes(folder: string): number {
  const { blocks, bfree, bsize, files, ffree } = statfsSync(folder)
  return (blocks - bfree) * bsize + (files - ffree) * INODE_BYTES
}

/** All but what comes from files: programs and libraries belong to all who run them. */
function privateBytes(folder: string): number {
  const text = read(`${folder}/status`)
  return kilobytes(text, /^RssAnon:\s+(\d+)/m) + kilobytes(text, /^RssShmem:\s+(\d+)/m)
}

function shareBytes(folder: string): number {
  const text = read(`${folder}/smaps_rollup`)
  if (text === '') return privateBytes(folder)
  return kilobytes(text, /^Pss_Anon:\s+(\d+)/m) + kilobytes(text, /^Pss_Shmem:\s+(\d+)/m)
}

function kilobytes(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0) * KB
}

function childrenOf(pid: number): number[] {
  return read(`/proc/${pid}/task/${pid}/children`)
    .split(' ')
    .filter((word) => word !== '')
    .map(Number)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // Ended meanwhile.
    return ''
  }
}
