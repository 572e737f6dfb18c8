/** Answers with up to 64 MiB, as fast as they are read, and at `/made` how much of it was made. */
export const MAKES_64_MIB = `
  let made = 0
  export default { fetch(request) {
    if (request.url.endsWith('/made')) return new Response(String(made))
    return new Response(new ReadableStream({
      pull(controller) {
        made += 65536
        controller.enqueue(new Uint8Array(65536))
        if (made >= 64 * 1024 * 1024) controller.close()
      },
    }))
  } }`

/** Reads bodies only after a call of `/go`, and answers with how many bytes it has read. */
export const READS_AFTER_GO = `
  let release
  const released = new Promise((resolve) => { release = resolve })
  export default { async fetch(request) {
    if (request.url.endsWith('/go')) return release(), new Response('ok')
    await released
    let bytes = 0
    for await (const chunk of request.body) bytes += chunk.length
    return new Response(String(bytes))
  } }`

/** Resolves with a count when it stands still: the same number in many calls one after the other, while something was counted. */
export async function standstill(count: () => Promise<number>): Promise<number> {
  let last = 0
  for (let same = 0; same < 50; ) {
    const now = await count()
    same = now === last && now > 0 ? same + 1 : 0
    last = now
  }
  return last
}
