export interface Flavor {
  /** `80mCPU-128MB`. */
  readonly name: string
  /** Thousandths of a core. */
  readonly cpuMilli: number
  readonly memoryMb: number
}

function flavor(cpuMilli: number, memoryMb: number): Flavor {
  return { name: `${cpuMilli}mCPU-${memoryMb}MB`, cpuMilli, memoryMb }
}

/** Smallest first. The reference's own sizes, and larger ones for functions that need them. */
export const FLAVORS: readonly Flavor[] = [
  flavor(64, 64),
  flavor(80, 128),
  flavor(125, 256),
  flavor(250, 512),
  flavor(500, 1024),
  flavor(1000, 2000),
]

const SPELLING = /^(\d{1,12})m(?:CPU)?-(\d{1,12})MB$/

/** Accepts `80mCPU-128MB` and `80m-128MB`; undefined when no such flavor is offered. */
export function findFlavor(text: string): Flavor | undefined {
  const match = SPELLING.exec(text)
  if (match === null) return undefined
  const [cpuMilli, memoryMb] = [Number(match[1]), Number(match[2])]
  return FLAVORS.find((f) => f.cpuMilli === cpuMilli && f.memoryMb === memoryMb)
}
