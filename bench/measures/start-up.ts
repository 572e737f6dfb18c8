import { HELLO } from '../servers/hello.ts'
import { createHelloSite } from '../servers/hello-site.ts'
import type { Site } from '../servers/latchkey.ts'
import type { Running, Scratch } from '../tools/scratch.ts'
import { untilAnswered } from '../tools/until-answered.ts'

const LOOK_EVERY_MS = 1

/**
 * Milliseconds from the start of `latchkey serve` on an existing data directory to the whole answer
 * 200 of a function that was called with a key, its instance's start included. One for each run.
 */
export async function measureStartUp(scratch: Scratch, runs: number): Promise<number[]> {
  const { site, url, secret } = await createHelloSite(scratch, { instancesMin: 0 })
  const headers = { 'x-api-key': secret }

  const times: number[] = []
  for (let run = 0; run < runs; run++) {
    const { ms, running } = await timeStart(site, url, headers)
    times.push(ms)
    await running.stop()
  }
  return times
}

/** One start, the server left running. */
export async function timeStart(
  site: Site,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly ms: number; readonly running: Running }> {
  const begun = performance.now()
  const running = site.start()
  const { body } = await untilAnswered(url, 200, running, { headers, everyMs: LOOK_EVERY_MS })
  const ms = performance.now() - begun
  if (body !== HELLO) throw new Error(`the first 200 had another body: ${body}`)
  return { ms, running }
}
