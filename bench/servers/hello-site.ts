import type { Scratch } from '../tools/scratch.ts'
import { HELLO_CODE } from './hello.ts'
import { createKey, createSite, deployFunctions, type Settings, type Site } from './latchkey.ts'

export interface HelloSite {
  readonly site: Site
  /** Of the function. */
  readonly url: string
  /** Of a key that opens it. */
  readonly secret: string
}

/** A data directory with a function of at least one instance, if not said otherwise. No server runs on it. */
export async function createHelloSite(
  scratch: Scratch,
  wish: { readonly instancesMin?: number; readonly settings?: Settings } = {},
): Promise<HelloSite> {
  const site = await createSite(scratch, wish.settings)
  const first = await site.startReady()
  const [url] = await deployFunctions(site.client, [
    { name: 'hello', code: HELLO_CODE, instances: { min: wish.instancesMin ?? 1, max: 1 } },
  ])
  const secret = await createKey(site.client, ['hello'])
  await first.stop()
  return { site, url: url!, secret }
}
