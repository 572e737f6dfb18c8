import { readdir, readFile } from 'node:fs/promises'

const PAGE_BYTES = 4096

/** The memory of a process and of all that it has started, in bytes; 0 where the system does not tell. */
export async function memoryOfTree(rootPid: number): Promise<number> {
  const processes = await allProcesses()
  const wanted = new Set([rootPid])
  // Parents may come after their children.
  for (let grew = true; grew; ) {
    const before = wanted.size
    for (const { pid, parent, group } of processes) {
      if (wanted.has(parent) || group === rootPid) wanted.add(pid)
    }
    grew = wanted.size > before
  }
  return processes.reduce((sum, each) => sum + (wanted.has(each.pid) ? each.bytes : 0), 0)
}

interface ProcessFacts {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly bytes: number
}

async function allProcesses(): Promise<ProcessFacts[]> {
  const names = await readdir('/proc').catch(() => [])
  const found = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map(factsOf))
  return found.filter((facts) => facts !== undefined)
}

/** From `<pid> (<name>) <state> <parent> <group> … <pages>`, the pages being the 24th. */
async function factsOf(pid: string): Promise<ProcessFacts | undefined> {
  let text: string
  try {
    text = await readFile(`/proc/${pid}/stat`, 'utf8')
  } catch {
    // It has ended meanwhile.
    return undefined
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [, parent, group] = fields
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    bytes: Number(fields[21]) * PAGE_BYTES,
  }
}
