// Each line leaves when it is written: curl -N shows them as they come.
export default {
  fetch(request) {
    const count = Number(new URL(request.url).searchParams.get('count') ?? 5)
    return new Response(ReadableStream.from(lines(count, request.signal)), {
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
  },
}

async function* lines(count, signal) {
  for (let i = 1; i <= count && !signal.aborted; i++) {
    yield new TextEncoder().encode(`line ${i}\n`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
