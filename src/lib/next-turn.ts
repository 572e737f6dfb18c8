/** Resolves after the event loop has done what is waiting: between two slices of long work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
