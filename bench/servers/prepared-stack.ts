import type { Scratch } from '../tools/scratch.ts'
import { untilAnswered } from '../tools/until-answered.ts'
import type { Target } from '../tools/wrk.ts'
import { createHelloSite } from './hello-site.ts'
import type { Site } from './latchkey.ts'
import { latchkeyParts } from './latchkey-stack.ts'
import type { Stack } from './stack.ts'

export interface PreparedWish {
  readonly name: string
  /**
   * Fills the data directory while no server runs on it. Returns what is to be called, in turn.
   * @param hello a function that is kept at one instance, and a key that opens it
   */
  prepare(site: Site, hello: Target): Promise<readonly Target[]>
}

/** Latchkey on a data directory that was filled before, on one core. */
export async function startPreparedStack(
  scratch: Scratch,
  core: number,
  { name, prepare }: PreparedWish,
): Promise<Stack & { readonly site: Site }> {
  const { site, url, secret } = await createHelloSite(scratch)
  const tour = await prepare(site, { path: new URL(url).pathname, secret })
  const running = await site.startReady(core)
  await untilAnswered(url, 200, running, { headers: { 'x-api-key': secret } })
  return {
    name,
    site,
    url,
    secret,
    tour,
    processes: () => latchkeyParts(running.pid),
    stop: () => running.stop(),
  }
}
