import type { ChildProcess } from 'node:child_process'
import { chmodSync, closeSync, fstatSync, mkdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { NetworkAccess } from '../domain/network.ts'
import type { StartCommand } from '../languages/language.ts'
import type { Cgroups, InstanceCgroup } from '../sandbox/cgroups.ts'
import type { Confinement, Limits, Sandbox } from '../sandbox/sandbox.ts'
import { writePidFile } from './leftovers.ts'
import { createMarker } from './marker.ts'
import { memoryBoundBytes } from './memory-bound.ts'
import { PublishedSocket } from './published-socket.ts'
import { HOME_NAME } from './strays.ts'

/** What an instance is started with. */
export interface ShimCommand extends StartCommand {
  readonly memoryMb: number
  readonly network: NetworkAccess
}

/** The program of a language, started: it has a folder of its own and waits to be told its function. */
export interface StartedShim {
  /** Also the name of the instance that it becomes. */
  readonly id: string
  /** Removed when the process has ended. */
  readonly folder: string
  readonly sandbox: Sandbox
  /** Of the code, as the process sees it; undefined where it sees what we see. */
  readonly codeFolder: string | undefined
  /** Where a spare's code is put, so that it is seen in its code folder; undefined for others. */
  readonly stagingFolder: string | undefined
  /** On which it will listen, as it sees it. */
  readonly socketPath: string
  /** The same socket for gateway threads, once it listens. */
  readonly socket: PublishedSocket
  readonly child: ChildProcess
  readonly stdout: Readable
  readonly stderr: Readable
  /** Our end of its fd 3. */
  readonly control: Socket
  readonly markerPath: string
  /** Our descriptor of the marker file. */
  readonly marker: number
  /** Of the process and all that it starts; undefined where there are none. */
  readonly cgroup: InstanceCgroup | undefined
  /** Its size; the process may write to it. */
  markerBytes(): number
}

/** Where an enclosed instance finds its code, whatever function it is of. */
export const CODE_FOLDER = '/function'
const SOCKET_FOLDER = '/run/latchkey'
const MB = 1024 * 1024
/** Threads count too: a hundred requests at a time in a runtime that has a thread for each. */
const PROCESSES_MAX = 512
const OPEN_FILES_MAX = 4096
/** On top of the flavor: what runtimes reserve for stacks and heaps, and never touch. */
const RESERVED_MB = 1536
/** Where the folder is on a disk. */
const FILE_MB_MAX = 1024

/**
 * Starts the process in a group of its own.
 *
 * ```
 * fd 0  nothing          fd 3  control channel (a socket pair)
 * fd 1  pipe, captured   fd 4  marker: the last begun request per gateway thread
 * fd 2  pipe, captured
 * ```
 */
export function spawnShim(
  sandbox: Sandbox,
  start: ShimCommand,
  place: Pick<StartedShim, 'id' | 'folder' | 'socketPath'>,
  artifactFolder: string | undefined,
  cgroups: Cgroups | undefined,
): StartedShim {
  const { folder } = place
  const markerPath = join(folder, 'begun')
  const enclosed = sandbox.isEnclosed
    ? { stagingFolder: artifactFolder === undefined ? makeStaging(folder) : undefined }
    : undefined
  const confinement =
    enclosed === undefined
      ? openly(start, folder, artifactFolder)
      : enclosing(start, folder, artifactFolder ?? enclosed.stagingFolder!)
  const workingFolder =
    enclosed && artifactFolder === undefined ? '/tmp' : confinement.workingFolder
  const marker = createMarker(markerPath)
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe', marker] as const
  const child = sandbox.spawn({ ...confinement, workingFolder }, stdio)
  const { stdout, stderr } = child
  if (!stdout || !stderr) {
    closeSync(marker)
    child.on('error', () => {
      // Out of descriptors: the exception below says it, and an unheard event would end everything.
    })
    throw new Error('too many open files')
  }
  if (child.pid !== undefined) writePidFile(folder, child.pid)
  const cgroup = child.pid === undefined ? undefined : limited(cgroups, place.id, child.pid, start)
  const socketPath = enclosed === undefined ? place.socketPath : `${SOCKET_FOLDER}/i.sock`
  return {
    id: place.id,
    folder,
    sandbox,
    codeFolder: enclosed && CODE_FOLDER,
    stagingFolder: enclosed?.stagingFolder,
    socketPath,
    socket: new PublishedSocket(sandbox, child, socketPath),
    child,
    stdout,
    stderr,
    control: child.stdio[3] as Socket,
    markerPath,
    marker,
    cgroup,
    markerBytes: () => fstatSync(marker).size,
  }
}

/** At once, before it has started anything. */
function limited(
  cgroups: Cgroups | undefined,
  id: string,
  pid: number,
  { memoryMb }: ShimCommand,
): InstanceCgroup | undefined {
  const memoryBytes = memoryBoundBytes(memoryMb)
  const cgroup = cgroups?.create(id, { memoryBytes, processes: PROCESSES_MAX })
  cgroup?.add(pid)
  return cgroup
}

function makeStaging(folder: string): string {
  const path = join(folder, 'code')
  mkdirSync(path)
  // Its user inside is another one; around it is a folder that only we can enter.
  chmodSync(path, 0o755)
  return path
}

function enclosing(start: ShimCommand, folder: string, codeFolder: string): Confinement {
  const tempBytes = start.memoryMb * MB
  return {
    ...common(start, folder, '/tmp'),
    folders: [{ from: codeFolder, to: CODE_FOLDER, writable: false }],
    workingFolder: CODE_FOLDER,
    limits: limits(start, tempBytes),
    tempBytes,
    memoryFolders: [SOCKET_FOLDER],
  }
}

function openly(
  start: ShimCommand,
  folder: string,
  artifactFolder: string | undefined,
): Confinement {
  const home = join(folder, HOME_NAME)
  mkdirSync(home, { mode: 0o700 })
  return {
    ...common(start, folder, home),
    folders: [],
    workingFolder: artifactFolder ?? home,
    limits: limits(start, FILE_MB_MAX * MB),
    tempBytes: 0,
    memoryFolders: [],
  }
}

function common(start: ShimCommand, ownFolder: string, home: string) {
  const { command, args, environment, readOnly, network } = start
  return {
    purpose: 'instance' as const,
    command,
    args,
    environment: { ...baseEnvironment(home), ...environment },
    readOnly,
    network,
    ownFolder,
  }
}

function limits({ memoryMb }: ShimCommand, fileBytes: number): Limits {
  return {
    processes: PROCESSES_MAX,
    openFiles: OPEN_FILES_MAX,
    fileBytes,
    dataBytes: (memoryMb + RESERVED_MB) * MB,
  }
}

/**
 * Built from nothing: whatever Latchkey itself was started with, its token among it, is no business
 * of a function. NODE_EXTRA_CA_CERTS alone would cost 84 ms of CPU at every start.
 */
function baseEnvironment(home: string): Record<string, string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', LANG = 'C.UTF-8', TZ } = process.env
  return {
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    HOME: home,
    TMPDIR: home,
    LANG,
    ...(TZ === undefined ? {} : { TZ }),
  }
}
