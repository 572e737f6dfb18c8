import { endianness } from 'node:os'

/*
 * A classic BPF program over `struct seccomp_data { int nr; u32 arch; u64 ip; u64 args[6] }`: each
 * instruction is u16 code, u8 jump if true, u8 jump if false, u32 operand.
 */
const LOAD = 0x20
const IF_EQUAL = 0x15
const IF_AT_LEAST = 0x35
const IF_ANY_BIT = 0x45
const RETURN = 0x06

const NR = 0
const ARCH = 4
const ARGUMENT_0 = 16

const ALLOW = 0x7fff0000
const KILL = 0x80000000
const REFUSE = 0x00050000
const EPERM = 1
const ENOSYS = 38

/** Of `clone`: mount, cgroup, uts, ipc, user, pid and net namespaces. */
const NAMESPACE_FLAGS = 0x7e020000

interface Machine {
  readonly arch: number
  /** Numbers from here on are of another calling convention; Infinity when there is none. */
  readonly numbersMax: number
  readonly clone: number
  /** Its flags lie in memory, out of a filter's sight. Libraries then use `clone`. */
  readonly clone3: number
  readonly refused: readonly number[]
}

/*
 * Refused: unshare setns mount umount2 pivot_root chroot and the newer calls for mounts; ptrace and
 * process_vm_*; keyctl add_key request_key; bpf perf_event_open userfaultfd io_uring_*; memfd_create
 * memfd_secret, whose memory belongs to no process that could be measured; shmget; loading of modules and
 * kernels; swap, quota, accounting, clocks and names of the machine.
 */
const MACHINES: Readonly<Partial<Record<NodeJS.Architecture, Machine>>> = {
  x64: {
    arch: 0xc000003e,
    numbersMax: 0x40000000,
    clone: 56,
    clone3: 435,
    refused: [
      ...[272, 308, 165, 166, 155, 161, 428, 429, 430, 431, 432, 433, 442],
      ...[101, 310, 311, 250, 248, 249, 321, 298, 323, 425, 426, 427, 319, 447, 29],
      ...[175, 313, 176, 246, 320, 167, 168, 179, 163, 164, 227, 159, 305, 170, 171, 169, 304],
    ],
  },
  arm64: {
    arch: 0xc00000b7,
    numbersMax: Number.POSITIVE_INFINITY,
    clone: 220,
    clone3: 435,
    refused: [
      ...[97, 268, 40, 39, 41, 51, 428, 429, 430, 431, 432, 433, 442],
      ...[117, 270, 271, 219, 217, 218, 280, 241, 282, 425, 426, 427, 279, 447, 194],
      ...[105, 273, 106, 104, 294, 224, 225, 60, 89, 170, 112, 171, 266, 161, 162, 142, 265],
    ],
  },
}

/** The filter for bubblewrap's `--seccomp`; undefined for a processor whose calls are not known here. */
export function seccompFilter(architecture: NodeJS.Architecture): Buffer | undefined {
  const machine = MACHINES[architecture]
  if (machine === undefined || endianness() !== 'LE') return undefined
  const { arch, clone, clone3, numbersMax, refused } = machine
  const code: Instruction[] = [
    [LOAD, 0, 0, ARCH],
    [IF_EQUAL, 1, 0, arch],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, NR],
  ]
  if (numbersMax !== Number.POSITIVE_INFINITY) {
    code.push([IF_AT_LEAST, 0, 1, numbersMax], [RETURN, 0, 0, REFUSE | ENOSYS])
  }
  code.push([IF_EQUAL, 0, 1, clone3], [RETURN, 0, 0, REFUSE | ENOSYS])
  for (const number of refused) {
    code.push([IF_EQUAL, 0, 1, number], [RETURN, 0, 0, REFUSE | EPERM])
  }
  code.push(
    [IF_EQUAL, 1, 0, clone],
    [RETURN, 0, 0, ALLOW],
    [LOAD, 0, 0, ARGUMENT_0],
    [IF_ANY_BIT, 0, 1, NAMESPACE_FLAGS],
    [RETURN, 0, 0, REFUSE | EPERM],
    [RETURN, 0, 0, ALLOW],
  )
  return encode(code)
}

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number]

function encode(code: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(code.length * 8)
  code.forEach(([operation, ifTrue, ifFalse, operand], index) => {
    bytes.writeUInt16LE(operation, index * 8)
    bytes.writeUInt8(ifTrue, index * 8 + 2)
    bytes.writeUInt8(ifFalse, index * 8 + 3)
    bytes.writeUInt32LE(operand >>> 0, index * 8 + 4)
  })
  return bytes
}
