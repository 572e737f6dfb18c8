import type { ChildProcess, StdioOptions } from 'node:child_process'
import type { IsolationLevel } from '../domain/isolation.ts'
import type { NetworkAccess } from '../domain/network.ts'

/** What is promised of a process that runs a function's code or a build's tools. */
export const GUARANTEES = {
  user: 'It runs as a user of its own, or in a user namespace of its own.',
  files: "It sees no files of Latchkey, of other functions or of the machine's users.",
  code: 'It cannot change its own code.',
  processes: 'It sees no other processes, and can signal none.',
  privileges: 'It has no capabilities and can gain none.',
  calls: 'System calls that it has no use for are refused: namespaces, mounts, keyrings, tracing.',
  limits: 'Its processes, open files and the size of a file are limited.',
  disk: 'What it writes is held in memory, bounded, and gone with it.',
  network:
    "The metadata address, Latchkey's own ports and this machine's addresses are not reachable.",
  offline: 'A function can be kept from the network altogether.',
} as const

export type GuaranteeName = keyof typeof GUARANTEES

export interface Finding {
  readonly name: GuaranteeName
  readonly holds: boolean
  /** How it is kept, or why it does not hold. */
  readonly reason: string
}

export interface SharedFolder {
  /** Outside, absolute. */
  readonly from: string
  /** Inside, absolute. At level `process` there is no inside. */
  readonly to: string
  readonly writable: boolean
}

export interface Limits {
  /** Threads count too. */
  readonly processes: number
  readonly openFiles: number
  readonly fileBytes: number
  /** Private writable memory of each process, much of which may never be touched. */
  readonly dataBytes: number
}

/** A program and all that it may touch. */
export interface Confinement {
  /** Each instance is a user of its own; builds are one, because their tools keep files between them. */
  readonly purpose: 'instance' | 'build'
  readonly command: string
  readonly args: readonly string[]
  /** The whole of it. */
  readonly environment: Readonly<Record<string, string>>
  /** Paths that it sees where they are, beside the system's own folders. */
  readonly readOnly: readonly string[]
  readonly folders: readonly SharedFolder[]
  /** As the process sees it; at level `process` as we do. */
  readonly workingFolder: string
  readonly network: NetworkAccess
  readonly limits: Limits
  /** How much its `/tmp` holds. */
  readonly tempBytes: number
  /** Private small folders in its memory, such as the one for its socket. */
  readonly memoryFolders: readonly string[]
  /** A folder of ours for this process alone, removed by the caller; not seen by it. */
  readonly ownFolder: string
}

export interface Sandbox {
  /** `namespaced`: every guarantee holds, as a process inside has shown. */
  readonly level: IsolationLevel
  readonly findings: readonly Finding[]
  /**
   * True when processes have a file system of their own: then `/tmp`, the memory folders and the `to` of
   * folders are where they say. It can be true at level `process`, where something else does not hold.
   */
  readonly isEnclosed: boolean
  /**
   * Starts it in a process group of its own, to be ended when this thread's process ends in whatever way.
   * @param stdio more descriptors than these may be given to it
   */
  spawn(confinement: Confinement, stdio: readonly StdioEntry[]): ChildProcess
  /** The process that the program became, as seen from outside; undefined while it is not there. */
  insideOf(child: ChildProcess): number | undefined
  /**
   * Bytes of memory that it and all that it has started hold, folders in memory included; undefined when
   * that cannot be seen. `quick` counts what several share for each of them.
   */
  memoryOf(child: ChildProcess, how: 'quick' | 'exact'): number | undefined
  /** Lets every process inside read what is below the folder, which is ours. Quick when it can already. */
  makeReadable(folder: string): void
  /** Gives what is below the folder to the builds' user, but for files that have a further name. */
  giveToBuilds(folder: string): Promise<void>
  /** Takes what is below the folder back, and lets every process inside read it. */
  takeFromBuilds(folder: string): Promise<void>
  /** Ends what is kept prepared. */
  close(): Promise<void>
}

export type StdioEntry = Exclude<StdioOptions, string>[number]

/** Which a start demands by its settings. */
export type WantedIsolation = 'auto' | IsolationLevel
