// The Web form: a Request in, a Response out. Each line leaves when it is written.
export default {
  fetch(request) {
    const count = Number(new URL(request.url).searchParams.get('count') ?? 3)
    const lines = new ReadableStream({
      async start(controller) {
        for (let i = 1; i <= count && !request.signal.aborted; i++) {
          controller.enqueue(new TextEncoder().encode(`line ${i}\n`))
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        controller.close()
      },
    })
    return new Response(lines, { headers: { 'content-type': 'text/plain; charset=utf-8' } })
  },
}
