import { type Answer, Caller } from './caller.ts'
import type { Running } from './scratch.ts'
import { until } from './until.ts'

const LIMIT_MS = 30_000

/**
 * Calls until the answer has this status.
 * @throws Error with what the server wrote, when it ends before or takes too long
 */
export async function untilAnswered(
  url: string,
  status: number,
  running: Running,
  {
    headers = {},
    everyMs = 20,
  }: { readonly headers?: Readonly<Record<string, string>>; readonly everyMs?: number } = {},
): Promise<Answer> {
  const caller = new Caller()
  try {
    return await until(
      `${url} answers ${status}`,
      async () => {
        if (running.child.exitCode !== null) throw new Error(`a server ended:\n${running.tail()}`)
        // Not listening yet is what is waited for.
        const answer = await caller.call(url, headers).catch(() => undefined)
        return answer?.status === status ? answer : undefined
      },
      { everyMs, limitMs: LIMIT_MS },
    )
  } finally {
    caller.close()
  }
}
