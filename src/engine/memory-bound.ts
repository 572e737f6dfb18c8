const MB = 1024 * 1024
/** Runtimes hold more than their heaps: this much of the flavor, and as many MB, on top of it. */
const SLACK_SHARE = 0.25
const SLACK_MB = 32
/** Where an instance of the flavor is ended. */
export function memoryBoundBytes(memoryMb: number): number {
  return (memoryMb * (1 + SLACK_SHARE) + SLACK_MB) * MB
}
