import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import type { IsolationLevel } from '../domain/isolation.ts'
import { encloses, type Identity } from './bubblewrap.ts'
import type { Identities } from './identities.ts'
import { enclosedMemory, exactEnclosedMemory } from './memory.ts'
import { gated, type Network, type Networks, openGate } from './networks.ts'
import { giveTree, openTree, takeTree } from './ownership.ts'
import { withinOwnLimits } from './rlimits.ts'
import type { Confinement, Finding, Sandbox, StdioEntry } from './sandbox.ts'

export interface EnclosedParts {
  readonly level: IsolationLevel
  readonly findings: readonly Finding[]
  /** Bubblewrap's path. */
  readonly command: string
  readonly system: readonly string[]
  readonly identities: Identities
  /** Undefined when there is no tool for it: outbound then means the machine's own network. */
  readonly networks: Networks | undefined
  /** The name server's file inside such a network. */
  readonly resolvConf: string
  /** The file with the filter of system calls; undefined where there is none for this processor. */
  readonly seccompFile: string | undefined
}

const MEMORY_FOLDERS = ['/tmp', '/dev/shm']

/** Everything in a bubblewrap of its own. */
export class EnclosedSandbox implements Sandbox {
  readonly level: IsolationLevel
  readonly findings: readonly Finding[]
  readonly isEnclosed = true
  readonly #parts: EnclosedParts
  readonly #inside = new WeakMap<ChildProcess, number>()

  constructor(parts: EnclosedParts) {
    this.#parts = parts
    this.level = parts.level
    this.findings = parts.findings
  }

  spawn(confinement: Confinement, stdio: readonly StdioEntry[]): ChildProcess {
    const { networks, identities, seccompFile } = this.#parts
    const network = confinement.network === 'outbound' ? networks?.take() : undefined
    const filter = seccompFile === undefined ? undefined : openSync(seccompFile, 'r')
    const needsGate = network !== undefined && !network.isReady
    const gateFd = stdio.length + (filter === undefined ? 0 : 1)
    const identity = confinement.purpose === 'build' ? identities.ofBuilds : identities.next()
    try {
      const inner = this.#enclosed(confinement, identity, network, filter && stdio.length)
      const command = network === undefined ? inner : [...network.prefix, ...inner]
      const [program, ...args] = needsGate ? gated(command, gateFd) : command
      const child = spawn(program!, args, {
        cwd: '/',
        env: confinement.environment,
        stdio: [
          ...stdio,
          ...(filter === undefined ? [] : [filter]),
          ...(needsGate ? ['pipe' as const] : []),
        ],
        detached: true,
      })
      if (network !== undefined) endWith(child, network)
      if (needsGate) void openGate(child.stdio[gateFd] as Writable, network!)
      return child
    } catch (error) {
      network?.end()
      throw error
    } finally {
      if (filter !== undefined) closeSync(filter)
    }
  }

  /** bubblewrap's second process is the first inside and collects the dead; its child is the program. */
  insideOf(child: ChildProcess): number | undefined {
    const known = this.#inside.get(child)
    if (known !== undefined) return known
    const reaper = child.pid === undefined ? undefined : onlyChildOf(child.pid)
    const inside = reaper === undefined ? undefined : onlyChildOf(reaper)
    if (inside !== undefined) this.#inside.set(child, inside)
    return inside
  }

  memoryOf(child: ChildProcess, how: 'quick' | 'exact'): number | undefined {
    const inside = this.insideOf(child)
    if (inside === undefined || child.exitCode !== null || child.signalCode !== null)
      return undefined
    return (how === 'quick' ? enclosedMemory : exactEnclosedMemory)(inside, MEMORY_FOLDERS)
  }

  makeReadable(folder: string): void {
    if (this.#parts.identities.asRoot) openTree(folder)
  }

  async giveToBuilds(folder: string): Promise<void> {
    const { identities } = this.#parts
    if (identities.asRoot) await giveTree(folder, identities.ofBuilds.id)
  }

  async takeFromBuilds(folder: string): Promise<void> {
    if (this.#parts.identities.asRoot) await takeTree(folder, process.getuid!())
  }

  async close(): Promise<void> {
    this.#parts.networks?.close()
  }

  #enclosed(
    confinement: Confinement,
    identity: Identity,
    network: Network | undefined,
    seccompFd: number | undefined,
  ): string[] {
    const { command, system, resolvConf } = this.#parts
    const own = { ...confinement, limits: withinOwnLimits(confinement.limits) }
    return encloses(own, {
      command,
      system,
      identity,
      seccompFd: seccompFd ?? null,
      cutsNetwork: confinement.network === 'none',
      etc: {
        ...accounts(confinement.ownFolder, identity),
        'resolv.conf': network === undefined ? '/etc/resolv.conf' : resolvConf,
      },
    })
  }
}

function accounts(folder: string, { id }: Identity): Record<string, string> {
  const passwd = join(folder, 'passwd')
  const group = join(folder, 'group')
  for (const [path, line] of [
    [passwd, `function:x:${id}:${id}::/tmp:/bin/sh\n`],
    [group, `function:x:${id}:\n`],
  ] as const) {
    writeFileSync(path, line)
    // Whatever this process takes from new files.
    chmodSync(path, 0o644)
  }
  return { passwd, group }
}

function endWith(child: ChildProcess, network: Network): void {
  child.once('exit', () => network.end())
  child.once('error', () => {
    if (child.pid === undefined) network.end()
  })
}

/** Undefined as well while there is none. */
function onlyChildOf(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return children === '' ? undefined : Number(children.split(' ')[0])
  } catch {
    // Ended meanwhile.
    return undefined
  }
}
