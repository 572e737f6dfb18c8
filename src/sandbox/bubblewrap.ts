import { join } from 'node:path'
import type { Confinement } from './sandbox.ts'
import { parents } from './system-folders.ts'

export interface Enclosure {
  /** Of bubblewrap. */
  readonly command: string
  /** See `system-folders.ts`. */
  readonly system: readonly string[]
  /** Whose account the process has inside. */
  readonly identity: Identity
  /** Files of ours that stand in for the machine's, by their names in `/etc`. */
  readonly etc: Readonly<Record<string, string>>
  /** The descriptor of the filter; null for none. */
  readonly seccompFd: number | null
  /** False when the caller has put it into a network already. */
  readonly cutsNetwork: boolean
}

/**
 * As root every process gets a user id that nothing else on the machine has. Anybody else gets a
 * user namespace in which the id is this one.
 */
export type Identity =
  | { readonly kind: 'own-user'; readonly id: number }
  | { readonly kind: 'namespace'; readonly id: number }

const DEVICE_MEMORY_BYTES = 16 * 1024 * 1024
const MEMORY_FOLDER_BYTES = 1024 * 1024

/** The command line that runs it enclosed, without any of the caller's environment. */
export function encloses(confinement: Confinement, enclosure: Enclosure): string[] {
  const { command, args, folders, readOnly, memoryFolders } = confinement
  const { system, identity, etc, seccompFd, cutsNetwork } = enclosure
  return [
    enclosure.command,
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(identity.kind === 'namespace'
      ? ['--unshare-user', '--uid', String(identity.id), '--gid', String(identity.id)]
      : // Given up again by the command that becomes the user.
        ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID']),
    ...(cutsNetwork ? ['--unshare-net'] : []),
    ...['--die-with-parent', '--hostname', 'function'],
    ...(seccompFd === null ? [] : ['--seccomp', String(seccompFd)]),
    ...system,
    ...Object.entries(etc).flatMap(([name, path]) => ['--ro-bind-try', path, join('/etc', name)]),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...memory('/dev/shm', DEVICE_MEMORY_BYTES, '1777'),
    ...['--remount-ro', '/dev'],
    ...memory('/tmp', confinement.tempBytes, '1777'),
    ...['--symlink', '../tmp', '/var/tmp'],
    ...parents(['/var/tmp', ...memoryFolders, ...readOnly, ...folders.map(({ to }) => to)]),
    ...memoryFolders.flatMap((path) => memory(path, MEMORY_FOLDER_BYTES, '0777')),
    ...[...new Set(readOnly)].flatMap((path) => ['--ro-bind', path, path]),
    ...folders.flatMap(({ from, to, writable }) => [writable ? '--bind' : '--ro-bind', from, to]),
    ...['--remount-ro', '/', '--chdir', confinement.workingFolder, '--'],
    ...becoming(identity),
    ...limiting(confinement),
    command,
    ...args,
  ]
}

function memory(path: string, bytes: number, mode: string): string[] {
  return ['--perms', mode, '--size', String(bytes), '--tmpfs', path]
}

function becoming(identity: Identity): string[] {
  if (identity.kind === 'namespace') return []
  const id = String(identity.id)
  return ['setpriv', '--reuid', id, '--regid', id, '--clear-groups', '--inh-caps=-all', '--']
}

/** Inside, because processes are counted by user there. */
export function limiting({ limits }: Pick<Confinement, 'limits'>): string[] {
  const { processes, openFiles, fileBytes, dataBytes } = limits
  return [
    'prlimit',
    '--core=0',
    `--nproc=${processes}`,
    `--nofile=${openFiles}`,
    `--fsize=${fileBytes}`,
    `--data=${dataBytes}`,
    '--',
  ]
}
