import type { GuaranteeName } from '../../src/sandbox/sandbox.ts'

/** What an attempt is told of the machine. */
export interface Surroundings {
  /** Files of Latchkey, of another function and of its instance. */
  readonly paths: readonly string[]
  /** In the environment of another instance. */
  readonly secret: string
  /** In the command line of a process outside. */
  readonly words: string
  /** A process outside. */
  readonly pid: number
  /** Unix sockets and ports of this machine that something listens on. */
  readonly targets: readonly object[]
}

export interface Attempt {
  /** Its name in `hostile.cjs`. */
  readonly name: string
  /** As the table in docs/isolation.md has it. */
  readonly title: string
  readonly guarantee: GuaranteeName | 'memory'
  readonly given?: (surroundings: Surroundings) => object
  /** It could hurt a machine that does not hold it off, so only a sandbox is given it. */
  readonly isDangerous?: true
  /** The instance does not live to tell: how its end is named. */
  readonly ends?: RegExp
}

const METADATA = '169.254.169.254'

export const ATTEMPTS: readonly Attempt[] = [
  {
    name: 'read-files',
    title: "read the data directory, another function's code, another instance's folder",
    guarantee: 'files',
    given: ({ paths }) => ({ paths }),
  },
  {
    name: 'read-environments',
    title: "read another instance's environment in /proc",
    guarantee: 'processes',
    given: ({ secret }) => ({ secret }),
  },
  {
    name: 'see-processes',
    title: 'see processes outside in /proc',
    guarantee: 'processes',
    given: ({ words }) => ({ words }),
  },
  {
    name: 'signal',
    title: 'kill a process outside',
    guarantee: 'processes',
    given: ({ pid }) => ({ pid }),
    isDangerous: true,
  },
  {
    name: 'enter-first-process',
    title: 'enter the namespaces of the first process',
    guarantee: 'processes',
  },
  { name: 'write-code', title: 'change its own code', guarantee: 'code' },
  {
    name: 'write-system',
    title: 'write into /, /usr, /etc, /dev, /sys',
    guarantee: 'code',
    isDangerous: true,
  },
  {
    name: 'change-kernel',
    title: 'change settings of the kernel, or its place in the order of killing',
    guarantee: 'privileges',
    isDangerous: true,
  },
  { name: 'open-devices', title: 'open disks, memory, tun, fuse, kvm', guarantee: 'files' },
  { name: 'make-device', title: 'make a device file', guarantee: 'privileges' },
  { name: 'see-hardware', title: 'see /sys and its control groups', guarantee: 'files' },
  { name: 'be-root', title: 'be root', guarantee: 'user' },
  {
    name: 'gain-privileges',
    title: 'gain privileges by programs that have them',
    guarantee: 'privileges',
  },
  { name: 'change-root', title: 'change its root folder', guarantee: 'calls' },
  {
    name: 'mount-memory',
    title: 'mount a file system without bounds',
    guarantee: 'calls',
    isDangerous: true,
  },
  { name: 'new-namespace', title: 'make a user namespace and be root in it', guarantee: 'calls' },
  { name: 'trace-processes', title: 'trace processes', guarantee: 'calls' },
  { name: 'hidden-memory', title: 'hold memory that belongs to no process', guarantee: 'calls' },
  { name: 'use-keyring', title: "use the kernel's keyrings", guarantee: 'calls' },
  { name: 'load-program', title: 'load a program into the kernel', guarantee: 'calls' },
  {
    name: 'connect',
    title:
      "reach Latchkey's sockets and ports, on loopback and on the machine's addresses, or the metadata address",
    guarantee: 'network',
    given: ({ targets }) => ({ targets: [...targets, { host: METADATA, port: 80 }] }),
  },
  {
    name: 'change-network',
    title: 'remove the routes that keep it from there',
    guarantee: 'network',
    isDangerous: true,
  },
  {
    name: 'many-processes',
    title: 'start processes without end',
    guarantee: 'limits',
    isDangerous: true,
  },
  { name: 'many-files', title: 'open files without end', guarantee: 'limits' },
  {
    name: 'fill-folders',
    title: 'fill the disk: /tmp, /dev/shm, the folder of its socket',
    guarantee: 'disk',
    isDangerous: true,
  },
  {
    name: 'fill-inherited-file',
    title: 'fill the disk through the file that it inherits',
    guarantee: 'disk',
    isDangerous: true,
    ends: /it wrote into a file of the server|EFBIG/,
  },
  {
    name: 'fill-memory',
    title: 'fill the memory',
    guarantee: 'memory',
    isDangerous: true,
    ends: /out of memory/,
  },
  {
    name: 'fill-memory-of-children',
    title: 'fill the memory from processes that it has started',
    guarantee: 'memory',
    isDangerous: true,
    ends: /out of memory/,
  },
]
