import { setTimeout as delay } from 'node:timers/promises'

/**
 * Looks every `everyMs` until there is something to see.
 * @throws Error naming `what` after `limitMs`
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  { everyMs, limitMs }: { readonly everyMs: number; readonly limitMs: number },
): Promise<T> {
  const begun = performance.now()
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    if (performance.now() - begun > limitMs) throw new Error(`${what}: not within ${limitMs} ms`)
    await delay(everyMs)
  }
}
