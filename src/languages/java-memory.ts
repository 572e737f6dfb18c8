const HEAP_SHARE = 0.6
const HEAP_MB_LEAST = 16
const METASPACE_SHARE = 0.2
const METASPACE_MB_LEAST = 24
const CODE_SHARE = 0.1
const CODE_MB_LEAST = 12
const CODE_MB_MOST = 64
const DIRECT_SHARE = 0.1
const DIRECT_MB_LEAST = 8

/**
 * What the JVM may take of a flavor, each part bounded by itself: what is over ends the instance with a
 * name for it. Classes, compiled code and threads lie outside of the heap.
 */
export function memoryFlags(memoryMb: number): string[] {
  const heap = atLeast(memoryMb * HEAP_SHARE, HEAP_MB_LEAST)
  const metaspace = atLeast(memoryMb * METASPACE_SHARE, METASPACE_MB_LEAST)
  const code = Math.min(CODE_MB_MOST, atLeast(memoryMb * CODE_SHARE, CODE_MB_LEAST))
  return [
    `-Xmx${heap}m`,
    `-XX:MaxMetaspaceSize=${metaspace}m`,
    `-XX:CompressedClassSpaceSize=${metaspace}m`,
    `-XX:ReservedCodeCacheSize=${code}m`,
    `-XX:MaxDirectMemorySize=${atLeast(memoryMb * DIRECT_SHARE, DIRECT_MB_LEAST)}m`,
  ]
}

function atLeast(megabytes: number, least: number): number {
  return Math.max(least, Math.floor(megabytes))
}
