import type { ChildProcess } from 'node:child_process'
import { chmod, copyFile, mkdtemp, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ToolStep } from '../languages/language.ts'
import type { ToolRun } from '../languages/run-tool.ts'
import type { Sandbox, SharedFolder } from '../sandbox/sandbox.ts'
import type { ToolHome } from './homes.ts'
import type { StepLimits } from './step-watch.ts'
import { removeTree } from './tree.ts'

/** A step whose sandbox is prepared. */
export interface EnteredStep {
  start(run: ToolRun): ChildProcess
  /** When the tool has ended: what it has written is ours. */
  leave(): Promise<void>
}

const PROCESSES_MAX = 1024
const OPEN_FILES_MAX = 8192
const TEMP_BYTES = 512 * 2 ** 20
const READABLE_BY_ALL = 0o004
/** Programs reserve far more than they use; what they use is looked at while they run. */
const RESERVED_FOR_USED = 8

/**
 * The tools of builds in a sandbox: they see their build's folder and their own home folder, which have the
 * same paths inside, and what their language needs; nothing else of ours.
 */
export class BuildEnclosure {
  readonly #sandbox: Sandbox
  readonly #workFolder: string
  readonly #givenHomes = new Map<string, number>()

  /** @param workFolder - Ours, for what a sandbox needs while it is there. */
  constructor(sandbox: Sandbox, workFolder: string) {
    this.#sandbox = sandbox
    this.#workFolder = workFolder
  }

  async enter(
    step: ToolStep,
    folder: string,
    { limits, home }: { readonly limits: StepLimits; readonly home: ToolHome },
    fixed: readonly string[],
  ): Promise<EnteredStep> {
    const sandbox = this.#sandbox
    const ownFolder = await mkdtemp(join(this.#workFolder, 'build-sandbox-'))
    await sandbox.giveToBuilds(folder)
    await this.#giveHome(home.folder)
    const seen = await seenFiles(step.readOnly ?? [], ownFolder)
    return {
      start: (run) =>
        sandbox.spawn(
          {
            purpose: 'build',
            command: run.command,
            args: run.args,
            environment: run.environment,
            readOnly: seen.readOnly,
            folders: [
              ...seen.copies,
              { from: folder, to: folder, writable: true },
              ...fixed.map((path) => ({ from: path, to: path, writable: false })),
              { from: home.folder, to: home.folder, writable: true },
            ],
            workingFolder: folder,
            network: 'outbound',
            limits: {
              processes: PROCESSES_MAX,
              openFiles: OPEN_FILES_MAX,
              fileBytes: Math.max(limits.bytesMax * 2, limits.cacheBytesMax),
              dataBytes: limits.memoryMb * RESERVED_FOR_USED * 2 ** 20,
            },
            tempBytes: TEMP_BYTES,
            memoryFolders: [],
            ownFolder,
          },
          ['ignore', 'pipe', 'pipe'],
        ),
      async leave() {
        await sandbox.takeFromBuilds(folder)
        await removeTree(ownFolder)
      },
    }
  }

  /** What is in it afterwards was written by the builds' user. */
  async #giveHome(folder: string): Promise<void> {
    // A home that was too large has come back as another folder of that name.
    const { ino } = await stat(folder)
    if (this.#givenHomes.get(folder) === ino) return
    await this.#sandbox.giveToBuilds(folder)
    this.#givenHomes.set(folder, ino)
  }
}

/** Files that only we may read, such as settings with the registry's password, are seen as copies. */
async function seenFiles(paths: readonly string[], ownFolder: string) {
  const readOnly: string[] = []
  const copies: SharedFolder[] = []
  for (const path of new Set(paths)) {
    const stats = await stat(path).catch(() => undefined)
    // What is not there cannot be shown; the tool says so if it matters.
    if (stats === undefined) continue
    if (!stats.isFile() || stats.mode & READABLE_BY_ALL) {
      readOnly.push(path)
      continue
    }
    const copy = join(ownFolder, `file-${copies.length}`)
    await copyFile(path, copy)
    await chmod(copy, 0o644)
    copies.push({ from: copy, to: path, writable: false })
  }
  return { readOnly, copies }
}
