/** One event of a stream of server-sent events. */
export interface StreamEvent {
  /** `message` when the server gave it no name. */
  readonly event: string
  /** The last id that the server gave, this event's own or an earlier one's. */
  readonly id: string | undefined
  readonly data: string
}

/** Of a stream that is not what it should be: events are much smaller. */
const EVENT_CHARS_MAX = 1024 * 1024

/** The events of a body, as they come; comments and what follows the last whole event are left out. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let id: string | undefined
  let event = ''
  let data: string[] = []
  for await (const line of linesOf(body)) {
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', id, data: data.join('\n') }
      event = ''
      data = []
      continue
    }
    const at = line.indexOf(':')
    const name = at === -1 ? line : line.slice(0, at)
    const value = at === -1 ? '' : line.slice(at + 1).replace(/^ /, '')
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
    else if (name === 'id') id = value
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop()!
      if (rest.length > EVENT_CHARS_MAX) throw new TypeError('The stream holds no events.')
      yield* lines
    }
  } finally {
    await reader.cancel()
  }
}
